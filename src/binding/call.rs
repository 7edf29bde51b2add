//! The frame of a plain Node-API callback: bytes in, numbers through the control table, nothing
//! escapes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use napi::sys;

use super::bytes::View;
use super::state::State;

/// What a hot function has to complain about. Only a defect in `lib/` leads here.
pub(super) struct Misuse(pub(super) &'static str);

/// The arguments of a call, at most `N`.
pub(super) struct Arguments<const N: usize> {
    env: sys::napi_env,
    values: [sys::napi_value; N],
    count: usize,
}

impl<const N: usize> Arguments<N> {
    /// The environment of the call.
    pub(super) fn env(&self) -> sys::napi_env {
        self.env
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.count.min(N)
    }

    /// Argument `at` as it is; undefined when the call has no such argument.
    pub(super) fn value(&self, at: usize) -> sys::napi_value {
        self.values[at]
    }

    /// Argument `at` as bytes.
    pub(super) fn bytes(&self, at: usize) -> Result<View, Misuse> {
        // SAFETY: `env` and the value belong to the call under way.
        unsafe { View::of(self.env, self.values[at]) }.ok_or(Misuse("a Uint8Array is missing"))
    }

    /// Argument `at` as bytes, none when the call has no such argument.
    pub(super) fn optional_bytes(&self, at: usize) -> Result<Option<View>, Misuse> {
        if at < self.count { self.bytes(at).map(Some) } else { Ok(None) }
    }
}

/// Runs a hot function: collects its arguments, keeps its panics.
///
/// # Safety
/// `env` and `info` are those of the callback under way, which was made with the environment's
/// state as its data.
pub(super) unsafe fn run<const N: usize>(
    env: sys::napi_env,
    info: sys::napi_callback_info,
    body: impl FnOnce(&mut State, &Arguments<N>) -> Result<(), Misuse>,
) -> sys::napi_value {
    let mut arguments = Arguments { env, values: [ptr::null_mut(); N], count: N };
    let mut data = ptr::null_mut();
    // SAFETY: the pointers are to locals of the sizes named; missing arguments become undefined.
    let status = unsafe {
        sys::napi_get_cb_info(
            env,
            info,
            &raw mut arguments.count,
            arguments.values.as_mut_ptr(),
            ptr::null_mut(),
            &raw mut data,
        )
    };
    if status != sys::Status::napi_ok {
        return ptr::null_mut();
    }
    // SAFETY: the callback's data is the state, alive until the environment ends; no function of
    // ours runs inside another, so this is the only reference to it.
    let state = unsafe { &mut *data.cast::<State>() };
    let outcome = catch_unwind(AssertUnwindSafe(|| body(state, &arguments)));
    let message = match outcome {
        Ok(Ok(())) => return ptr::null_mut(),
        Ok(Err(Misuse(message))) => message,
        Err(_) => "the native codec panicked",
    };
    // SAFETY: `env` belongs to the call under way; lengths are given, so no NUL is needed. Throwing
    // fails only when an exception is pending already, which will do as well.
    unsafe {
        let (mut code, mut text, mut error) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
        let name = "ERR_PWP_INTERNAL";
        sys::napi_create_string_utf8(
            env,
            name.as_ptr().cast(),
            name.len().cast_signed(),
            &raw mut code,
        );
        sys::napi_create_string_utf8(
            env,
            message.as_ptr().cast(),
            message.len().cast_signed(),
            &raw mut text,
        );
        sys::napi_create_error(env, code, text, &raw mut error);
        sys::napi_throw(env, error);
    }
    ptr::null_mut()
}
