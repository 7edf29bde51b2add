//! How other threads wake JavaScript.

use std::ffi::c_void;
use std::ptr;

use napi::bindgen_prelude::{Error, Result};
use napi::sys;

/// A function of JavaScript's that any thread can have called, in a turn of the event loop to come.
#[derive(Clone, Copy)]
pub(super) struct Waker(sys::napi_threadsafe_function);

// SAFETY: Node-API has this called from any thread; `Net` sees to it that no thread calls it once it is
// released.
unsafe impl Send for Waker {}
// SAFETY: as above.
unsafe impl Sync for Waker {}

impl Waker {
    /// Of `function`, which is called without arguments. Does not keep the process alive.
    ///
    /// # Safety
    /// `env` and `function` belong to the call under way.
    pub(super) unsafe fn new(env: sys::napi_env, function: sys::napi_value) -> Result<Self> {
        let name = "peer-wire-protocol";
        let mut resource = ptr::null_mut();
        let mut waker = ptr::null_mut();
        // SAFETY: the pointers are to locals, the name is given with its length, and there is no
        // context that would have to live on.
        let status = unsafe {
            sys::napi_create_string_utf8(
                env,
                name.as_ptr().cast(),
                name.len().cast_signed(),
                &raw mut resource,
            );
            sys::napi_create_threadsafe_function(
                env,
                function,
                ptr::null_mut(),
                resource,
                0,
                1,
                ptr::null_mut(),
                None,
                ptr::null_mut(),
                Some(call),
                &raw mut waker,
            )
        };
        if status != sys::Status::napi_ok {
            return Err(Error::from_status(status.into()));
        }
        // SAFETY: just made, in this environment.
        unsafe { sys::napi_unref_threadsafe_function(env, waker) };
        Ok(Self(waker))
    }

    /// Has the function called. From any thread.
    pub(super) fn wake(self) {
        // SAFETY: not released yet, see above. The queue has no bound, so this does not wait.
        unsafe {
            sys::napi_call_threadsafe_function(
                self.0,
                ptr::null_mut(),
                sys::ThreadsafeFunctionCallMode::nonblocking,
            );
        }
    }

    /// Whether the process stays alive for it.
    ///
    /// # Safety
    /// On the environment's own thread, in a call.
    pub(super) unsafe fn hold(self, env: sys::napi_env, is_held: bool) {
        // SAFETY: see above.
        unsafe {
            if is_held {
                sys::napi_ref_threadsafe_function(env, self.0);
            } else {
                sys::napi_unref_threadsafe_function(env, self.0);
            }
        }
    }

    /// Gives it up.
    ///
    /// # Safety
    /// No thread calls it afterwards.
    pub(super) unsafe fn release(self) {
        // SAFETY: see above.
        unsafe {
            sys::napi_release_threadsafe_function(
                self.0,
                sys::ThreadsafeFunctionReleaseMode::release,
            );
        }
    }
}

/// Runs on the environment's thread.
unsafe extern "C" fn call(
    env: sys::napi_env,
    function: sys::napi_value,
    _context: *mut c_void,
    _data: *mut c_void,
) {
    if env.is_null() || function.is_null() {
        return; // The environment ends.
    }
    let (mut undefined, mut error) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: called by Node-API with what it names; the pointers are to locals.
    unsafe {
        sys::napi_get_undefined(env, &raw mut undefined);
        let status =
            sys::napi_call_function(env, undefined, function, 0, ptr::null(), ptr::null_mut());
        // What a handler throws is an uncaught exception, as it is when a socket's handler throws.
        // Node would only warn of it.
        if status == sys::Status::napi_pending_exception
            && sys::napi_get_and_clear_last_exception(env, &raw mut error) == sys::Status::napi_ok
        {
            sys::napi_fatal_exception(env, error);
        }
    }
}
