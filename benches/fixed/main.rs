//! Does the same over and over, for a program that counts its instructions: `decode_fixed CASE TIMES`.
//! What is counted is what the addon does with each chunk, and in the cases of `encrypted.rs` with each
//! block and each exchange.

mod addon;
mod cases;
mod encrypted;
#[path = "../mse/exchange.rs"]
mod exchange;

use std::process::ExitCode;

use addon::Addon;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, name, times] = arguments.as_slice() else {
        eprintln!("usage: decode_fixed CASE TIMES");
        return ExitCode::from(2);
    };
    let Ok(times) = times.parse::<u32>() else {
        eprintln!("decode_fixed: not a number: {times}");
        return ExitCode::from(2);
    };
    let Some(count) = encrypted::run(name, times).or_else(|| decode(name, times)) else {
        eprintln!("decode_fixed: no case {name}");
        return ExitCode::from(2);
    };
    println!("{count}");
    ExitCode::SUCCESS
}

/// Decodes the chunks of a case, if there is one of this name, and counts the words they become.
fn decode(name: &str, times: u32) -> Option<usize> {
    let chunks = cases::chunks(name)?;
    let mut addon = Addon::new();
    addon.decode(&cases::handshake());
    let mut count = 0;
    for _ in 0..times {
        count += chunks.iter().map(|chunk| addon.decode(chunk)).sum::<usize>();
    }
    Some(count)
}
