//! Bytes that JavaScript owns, for the length of one call.

use std::borrow::Cow;
use std::ptr;
use std::slice;
use std::sync::atomic::{AtomicU8, Ordering};

use napi::sys;

/// Where the bytes of a `Uint8Array` lie. Good for the call it was made in: afterwards the memory
/// may be detached or collected.
#[derive(Clone, Copy)]
pub(super) struct View {
    start: *mut u8,
    length: usize,
    /// Whether another thread may write to it.
    shared: bool,
}

impl View {
    pub(super) const EMPTY: Self = Self { start: ptr::null_mut(), length: 0, shared: false };

    /// The bytes of `value`, or nothing when it is not a `Uint8Array`. A detached one is empty.
    ///
    /// # Safety
    /// `env` and `value` belong to the call under way.
    pub(super) unsafe fn of(env: sys::napi_env, value: sys::napi_value) -> Option<Self> {
        let mut kind = 0;
        let mut length = 0;
        let mut start = ptr::null_mut();
        let mut buffer = ptr::null_mut();
        let mut owned = false;
        // SAFETY: the pointers are to locals, and anything but a typed array is refused with a
        // status.
        unsafe {
            if sys::napi_get_typedarray_info(
                env,
                value,
                &raw mut kind,
                &raw mut length,
                &raw mut start,
                &raw mut buffer,
                ptr::null_mut(),
            ) != sys::Status::napi_ok
                || kind != sys::TypedarrayType::uint8_array
            {
                return None;
            }
            sys::napi_is_arraybuffer(env, buffer, &raw mut owned);
        }
        Some(Self { start: start.cast(), length, shared: !owned })
    }

    pub(super) fn is_empty(self) -> bool {
        self.length == 0
    }

    pub(super) fn overlaps(self, other: Self) -> bool {
        let (a, b) = (self.start as usize, other.start as usize);
        a < b + other.length && b < a + self.length
    }

    /// The bytes, to read while `written` are written to. Copied first when they could change under
    /// the reader: memory shared with another thread, or memory that is also being written.
    ///
    /// # Safety
    /// The call the view was made in is still under way, and JavaScript does not run meanwhile.
    pub(super) unsafe fn read<'a, const N: usize>(self, written: [Self; N]) -> Cow<'a, [u8]> {
        if self.length == 0 {
            return Cow::Borrowed(&[]);
        }
        if self.shared {
            let bytes = (0..self.length).map(|at| {
                // SAFETY: inside the typed array's memory; atomic, since others may write to it.
                unsafe { AtomicU8::from_ptr(self.start.add(at)) }.load(Ordering::Relaxed)
            });
            return Cow::Owned(bytes.collect());
        }
        // SAFETY: the memory is the typed array's, is this thread's alone, and stays while
        // JavaScript does not run. `written` is checked below, before anything is written.
        let bytes = unsafe { slice::from_raw_parts(self.start, self.length) };
        if written.iter().any(|&written| self.overlaps(written)) {
            Cow::Owned(bytes.to_vec())
        } else {
            Cow::Borrowed(bytes)
        }
    }

    /// The bytes, to write to.
    ///
    /// # Safety
    /// As for `read`; and no other slice of this memory exists: what is read at the same time was
    /// taken with `read` and this view. The memory is `lib/`'s own, not shared between threads.
    pub(super) unsafe fn write<'a>(self) -> &'a mut [u8] {
        if self.length == 0 || self.shared {
            return &mut [];
        }
        // SAFETY: see above.
        unsafe { slice::from_raw_parts_mut(self.start, self.length) }
    }
}
