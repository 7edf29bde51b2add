//! A decoder with a caller around it that checks every promise the decoder makes.

use peer_wire_protocol::codec::{Decoder, Frame, Limits, Payload, Step};
use peer_wire_protocol::wire::PeerError;

use crate::adapter;

/// What the first assembly memory may exceed twice the arrived bytes by, in bytes.
const FIRST_SPACE: usize = 32 * 1024;

/// The handshake's payload, which no bound on messages covers.
const HANDSHAKE_PAYLOAD: usize = 40;

/// A decoder and its assembly memory.
#[derive(Clone, Debug)]
pub struct Driven {
    decoder: Decoder,
    assembly: Vec<u8>,
    /// The largest message any bounds so far have let through, in bytes.
    largest: usize,
    /// Whether assembled memory is given away with its frame, as the addon does.
    gives_away: bool,
}

impl Driven {
    /// A decoder at the start of a stream.
    #[must_use]
    pub fn new(limits: Limits, gives_away: bool) -> Self {
        let decoder = Decoder::new(limits);
        let largest = HANDSHAKE_PAYLOAD.max(limits.max_message_size as usize);
        Self { decoder, assembly: Vec::new(), largest, gives_away }
    }

    /// How many bytes are worth a call.
    #[must_use]
    pub fn needs(&self) -> usize {
        let needs = self.decoder.needs();
        assert!(needs > 0, "nothing needed");
        needs
    }

    /// Changes the bounds.
    pub fn set_limits(&mut self, limits: Limits) {
        self.decoder.set_limits(limits);
        assert_eq!(self.decoder.limits(), limits);
        self.largest = self.largest.max(limits.max_message_size as usize);
    }

    /// Puts `bytes` behind what is assembled without the decoder's help, if it waits for more than
    /// that, and tells whether it did.
    pub fn gather(&mut self, bytes: &[u8]) -> bool {
        let (filled, needs) = (self.decoder.filled(), self.needs());
        if filled == 0 || bytes.len() >= needs {
            assert!(filled == 0 || !self.decoder.gathered(needs), "the end is the decoder's");
            assert_eq!((self.decoder.filled(), self.decoder.needs()), (filled, needs));
            return false;
        }
        let end = filled + bytes.len();
        self.assembly.resize(end.max(self.assembly.len()), 0);
        self.assembly[filled..end].copy_from_slice(bytes);
        assert!(self.decoder.gathered(bytes.len()), "{} of {needs} bytes", bytes.len());
        assert_eq!((self.decoder.filled(), self.decoder.needs()), (end, needs - bytes.len()));
        true
    }

    /// Gives a chunk to the decoder and calls `each` for every frame: with the decoder, whose bounds
    /// may be changed, the frame, where its payload lies, the payload, and the position behind it in
    /// the chunk.
    pub fn feed(
        &mut self,
        chunk: &[u8],
        mut each: impl FnMut(&mut Decoder, Frame, Payload, &[u8], usize),
    ) -> Result<(), PeerError> {
        let mut at = 0;
        let mut asked = None;
        loop {
            let (before, filled) = (at, self.decoder.filled());
            let had_failed = self.decoder.error().cloned();
            let step = adapter::step(&mut self.decoder, chunk, &mut at, &mut self.assembly);
            assert!(before <= at && at <= chunk.len(), "from {before} to {at} of {}", chunk.len());
            assert_eq!(self.decoder.error(), step.as_ref().err());
            match step {
                Err(error) => {
                    assert!(had_failed.is_none_or(|earlier| earlier == error), "a second error");
                    assert_eq!((self.decoder.filled(), self.decoder.needs()), (0, 1));
                    return Err(error);
                }
                Ok(_) if had_failed.is_some() => panic!("went on after an error"),
                Ok(Step::Starved) => {
                    assert_eq!(at, chunk.len(), "starved with bytes left");
                    return Ok(());
                }
                Ok(Step::Space(length)) => {
                    assert_eq!(asked, None, "asked for memory twice");
                    let arrived = self.decoder.filled() + chunk.len() - at;
                    assert_eq!(self.decoder.filled(), filled);
                    assert!(length > self.assembly.len(), "asked for what there is");
                    assert!(length <= self.largest, "{length} bytes asked for");
                    assert!(length <= 2 * arrived + FIRST_SPACE, "{length} for {arrived} bytes");
                    self.assembly.resize(length, 0);
                    asked = Some(length);
                    continue;
                }
                Ok(Step::Frame(frame, payload)) => {
                    assert!(at > before, "a frame out of nothing");
                    assert_eq!(self.decoder.filled(), 0);
                    let bytes = match &payload {
                        Payload::Chunk(range) => {
                            assert!(before <= range.start && range.end == at, "{range:?}, {at}");
                            &chunk[range.clone()]
                        }
                        Payload::Assembled(length) => {
                            assert!(filled < *length, "nothing was added");
                            &self.assembly[..*length]
                        }
                    };
                    let is_assembled = matches!(payload, Payload::Assembled(_));
                    each(&mut self.decoder, frame, payload, bytes, at);
                    let limits = self.decoder.limits();
                    self.largest = self.largest.max(limits.max_message_size as usize);
                    if is_assembled && self.gives_away {
                        self.assembly = Vec::new();
                    }
                }
            }
            asked = None;
        }
    }

    /// Checks that an error can be told, and that nothing is read any more after it.
    pub fn stays_failed(&mut self, error: &PeerError) {
        let chunks: [&[u8]; 3] = [&[], &[0; 4], &[0, 0, 0, 1, 0]];
        for chunk in chunks {
            let again = self.feed(chunk, |_, frame, _, _, _| panic!("{frame:?} after an error"));
            assert_eq!(again.as_ref(), Err(error));
        }
        assert!(error.code().starts_with("ERR_PWP_") && !error.to_string().is_empty());
        assert!(!self.decoder.gathered(1));
        assert!(self.decoder.gathered(0));
    }
}
