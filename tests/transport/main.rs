//! The sockets from outside, over the loopback: whole conversations, and what goes wrong in them.

mod backpressure;
mod conversations;
mod dropping;
mod endings;
mod exchange;
#[cfg(target_os = "linux")]
mod leaks;
mod limits;
mod many;
mod messages;
mod program;
mod sending;
mod starving;
mod told;
