use arbitrary::{Arbitrary, Result, Unstructured};
use peer_wire_protocol::mse::MseError;
use peer_wire_protocol::wire::PROTOCOL;

use crate::exchange::{Account, Listener, Outcome};
use crate::talk::{Talk, hear, meddle, outcome, sizes};

/// A side that begins an encrypted connection, told what an honest responder says, or another
/// initiator, or a peer in the clear, and what somebody on the way made of it.
pub fn mse_initiator(input: &[u8]) {
    run(&mut Unstructured::new(input)).expect("zeros at the end of the input");
}

fn run(input: &mut Unstructured) -> Result<()> {
    let talk = Talk::read(input)?;
    let kind = u8::arbitrary(input)?;
    let messages = match kind {
        0..0xd0 => {
            let [messages, _] = talk.honest();
            messages
        }
        0xd0..0xf0 => both_begin(&talk),
        _ => vec![PROTOCOL.to_vec(), talk.after[0].clone()],
    };
    let sizes = sizes(input)?;
    let (stream, is_changed) = meddle(input, &messages)?;
    let account = hear(&talk.beginner, &stream, &sizes);
    match kind {
        _ if is_changed => {}
        0..0xd0 => judge(&talk, &account),
        0xd0..0xf0 => {
            assert!(!matches!(account.outcome, Outcome::Settled(_)), "{account:?}");
        }
        _ => assert_eq!(account.outcome, Outcome::Failed(MseError::Unsupported)),
    }
    Ok(())
}

/// What comes of an honest responder's answers.
fn judge(talk: &Talk, account: &Account) {
    let expected = match (talk.is_weak, &talk.settled) {
        ([true, _], _) => Outcome::Waiting,
        ([_, true], _) => Outcome::Failed(MseError::PublicKey),
        // The responder has ended it without a word.
        (_, Err(_)) => Outcome::Waiting,
        (_, settled) => outcome(settled),
    };
    assert_eq!(account.outcome, expected);
    if let Outcome::Settled(_) = expected {
        assert_eq!(account.read, talk.after[1]);
    }
}

/// What another that begins would say: it takes the first message for an answer.
fn both_begin(talk: &Talk) -> Vec<Vec<u8>> {
    let mut other = Listener::new(talk.beginner.clone());
    let request = other.feed(&talk.opening);
    vec![talk.opening.clone(), request, talk.after[0].clone()]
}
