//! Both roles of an exchange of the encryption, with a caller around each that checks what every
//! caller may rely on.

use peer_wire_protocol::mse::{
    Channel, INITIAL_MAX, Initiator, Method, MseError, Request, Responder, Response, request_hash,
};

/// The longest message of an exchange, in bytes: the request, with all the padding there can be.
const LONGEST: usize = 640;

/// No role says more messages than this upon what it is told.
const MESSAGES: usize = 2;

/// What has come of some bytes.
pub enum Came {
    /// More are needed.
    Nothing,
    /// They are a handshake in the clear, of which so many bytes came earlier.
    Clear(usize),
    /// The exchange is over.
    Settled(Box<Channel>),
}

/// One side, with its caller's answers.
pub trait Role: Clone {
    /// Goes on from `at` in `chunk`, and appends what is to be sent to `out`.
    fn read(&mut self, chunk: &[u8], at: &mut usize, out: &mut Vec<u8>) -> Result<Came, MseError>;
}

/// The side that begins.
#[derive(Clone)]
pub struct Beginner {
    pub exchange: Initiator,
    /// What it would like to send along.
    pub initial: Vec<u8>,
}

impl Role for Beginner {
    fn read(&mut self, chunk: &[u8], at: &mut usize, out: &mut Vec<u8>) -> Result<Came, MseError> {
        loop {
            match self.exchange.read(chunk, at)? {
                Response::Starved => return Ok(Came::Nothing),
                Response::Settled(channel) => return Ok(Came::Settled(channel)),
                Response::Keyed => {
                    let taken = self.exchange.initial_payload(&self.initial, out);
                    assert_eq!(taken, self.initial.len().min(INITIAL_MAX));
                    assert_eq!(self.exchange.initial_payload(&self.initial, out), 0, "again");
                }
            }
        }
    }
}

/// The side that is spoken to.
#[derive(Clone)]
pub struct Answerer {
    pub exchange: Responder,
    /// The torrent it knows.
    pub info_hash: [u8; 20],
    /// Whether it takes whatever is asked for to be that.
    pub insists: bool,
}

impl Role for Answerer {
    fn read(&mut self, chunk: &[u8], at: &mut usize, out: &mut Vec<u8>) -> Result<Came, MseError> {
        loop {
            match self.exchange.read(chunk, at, out)? {
                Request::Starved => return Ok(Came::Nothing),
                Request::Plain { held } => return Ok(Came::Clear(held)),
                Request::Settled(channel) => return Ok(Came::Settled(channel)),
                Request::Identify(request) => {
                    if request != request_hash(&self.info_hash) && !self.insists {
                        return Err(MseError::UnknownTorrent);
                    }
                    self.exchange.identify(&self.info_hash);
                }
            }
        }
    }
}

/// What a role has come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It waits for more.
    Waiting,
    /// The peer speaks in the clear.
    Clear,
    /// The exchange is over.
    Settled(Method),
    /// The peer did something wrong.
    Failed(MseError),
}

/// All that a role has said and heard: the same however its bytes are cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub outcome: Outcome,
    /// What it has said.
    pub out: Vec<u8>,
    /// Where the exchange ended, in bytes from the start.
    pub start: Option<usize>,
    /// What came behind it, deciphered.
    pub read: Vec<u8>,
    /// Whether what would come next is encrypted.
    pub is_receiving: bool,
}

/// A role that is listening.
pub struct Listener<R> {
    role: R,
    position: usize,
    channel: Option<Channel>,
    account: Account,
}

impl<R: Role> Listener<R> {
    pub fn new(role: R) -> Self {
        let account = Account {
            outcome: Outcome::Waiting,
            out: Vec::new(),
            start: None,
            read: Vec::new(),
            is_receiving: true,
        };
        Self { role, position: 0, channel: None, account }
    }

    /// Gives it a chunk. What it says upon that is given, and added to its account.
    pub fn feed(&mut self, chunk: &[u8]) -> Vec<u8> {
        let said = self.account.out.len();
        if self.account.outcome == Outcome::Waiting {
            self.go_on(chunk);
        } else if let Outcome::Failed(error) = &self.account.outcome {
            let (mut at, mut out) = (0, Vec::new());
            let again = self.role.read(chunk, &mut at, &mut out).err();
            assert_eq!((again.as_ref(), at, out.len()), (Some(error), 0, 0), "an error is final");
        } else {
            self.open(chunk);
        }
        self.position += chunk.len();
        self.account.out[said..].to_vec()
    }

    fn go_on(&mut self, chunk: &[u8]) {
        let Self { role, account, position, .. } = self;
        let mut at = 0;
        let came = role.read(chunk, &mut at, &mut account.out);
        assert!(at <= chunk.len(), "at {at} of {}", chunk.len());
        assert!(account.out.len() <= MESSAGES * LONGEST, "{} bytes", account.out.len());
        match came {
            Ok(Came::Nothing) => assert_eq!(at, chunk.len(), "waits with bytes left"),
            Ok(Came::Clear(held)) => {
                assert_eq!((at, held), (0, *position), "a handshake is not touched");
                account.outcome = Outcome::Clear;
            }
            Ok(Came::Settled(channel)) => {
                account.outcome = Outcome::Settled(channel.method());
                account.start = Some(*position + at);
                self.channel = Some(*channel);
                self.open(&chunk[at..]);
            }
            Err(error) => {
                assert!(error.code().starts_with("ERR_PWP_ENCRYPTION_"), "{}", error.code());
                assert!(!error.to_string().is_empty());
                account.outcome = Outcome::Failed(error);
            }
        }
    }

    fn open(&mut self, bytes: &[u8]) {
        let Some(channel) = &mut self.channel else { return };
        let Account { read, is_receiving, .. } = &mut self.account;
        let start = read.len();
        read.resize(start + bytes.len(), 0);
        channel.open(bytes, &mut read[start..]);
        *is_receiving = channel.is_receiving_encrypted();
        assert!(*is_receiving || channel.method() == Method::Plain);
    }

    /// Enciphers what it says after the exchange. Nothing before its end.
    pub fn seal(&mut self, bytes: &[u8]) -> Vec<u8> {
        let Some(channel) = &mut self.channel else { return Vec::new() };
        let mut sealed = vec![0; bytes.len()];
        channel.seal(bytes, &mut sealed);
        sealed
    }

    pub fn account(&self) -> &Account {
        &self.account
    }
}
