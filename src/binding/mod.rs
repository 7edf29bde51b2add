//! The Node addon: the border between the codec and `lib/`.
//!
//! The only code that knows napi, and the only `unsafe` code. Two kinds of function cross here:
//!
//! - [`hot`]: plain Node-API callbacks, called per chunk and per flush. No allocation in the glue.
//! - [`cold`]: `#[napi]` functions, called a few times in the life of a wire.
//!
//! Sockets have both: [`taking`] is called per wake, [`sockets`] a few times in the life of one.
//!
//! Nothing here calls JavaScript, so no function is ever entered while another one of the same
//! environment runs, and a `&mut` to the environment's state is the only one.

mod bytes;
mod call;
mod cold;
mod encryption;
mod hot;
mod net;
mod slots;
mod sockets;
mod state;
mod taking;
mod waking;

use napi::bindgen_prelude::{Env, Object, Result};
use napi_derive::napi;

/// Runs when an environment loads the addon: the main thread once, and every worker.
#[napi(module_exports)]
pub fn init(mut exports: Object, env: Env) -> Result<()> {
    let state = state::install(env)?;
    hot::export(env, &mut exports, state)
}
