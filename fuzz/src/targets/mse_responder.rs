use arbitrary::{Arbitrary, Result, Unstructured};
use peer_wire_protocol::mse::MseError;
use peer_wire_protocol::wire::PROTOCOL;

use crate::exchange::{Account, Outcome};
use crate::talk::{Talk, hear, meddle, outcome, sizes};

/// A side that is spoken to first, told what an honest initiator says, or a peer in the clear, and what
/// somebody on the way made of it.
pub fn mse_responder(input: &[u8]) {
    run(&mut Unstructured::new(input)).expect("zeros at the end of the input");
}

fn run(input: &mut Unstructured) -> Result<()> {
    let talk = Talk::read(input)?;
    let is_clear = u8::arbitrary(input)? >= 0xe0;
    let messages = if is_clear {
        vec![PROTOCOL.to_vec(), talk.after[0].clone()]
    } else {
        let [_, messages] = talk.honest();
        messages
    };
    let sizes = sizes(input)?;
    let (stream, is_changed) = meddle(input, &messages)?;
    let account = hear(&talk.answerer, &stream, &sizes);
    if is_clear && !is_changed {
        let refused = Outcome::Failed(MseError::Unencrypted);
        assert!(account.outcome == Outcome::Clear || account.outcome == refused);
        assert!(account.out.is_empty(), "an answer to a handshake in the clear");
    } else if !is_changed {
        judge(&talk, &account);
    }
    Ok(())
}

/// What comes of an honest initiator's messages.
fn judge(talk: &Talk, account: &Account) {
    let expected = match talk.is_weak {
        [true, _] => Outcome::Failed(MseError::PublicKey),
        // The initiator has ended it without a word.
        [_, true] => Outcome::Waiting,
        _ => outcome(&talk.settled),
    };
    assert_eq!(account.outcome, expected);
    if let Outcome::Settled(_) = expected {
        assert_eq!(account.read, talk.payload_of_beginner());
    }
}
