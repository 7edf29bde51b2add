//! What threads share things by: std's and tokio's, or loom's, which tries what threads do in every
//! order. That is `loom/Cargo.toml`'s; its feature is not the usual `cfg(loom)`, under which tokio has
//! no sockets.

#[cfg(not(all(test, feature = "loom")))]
mod real {
    pub(in super::super) use std::sync::atomic::{AtomicBool, AtomicUsize};
    pub(in super::super) use std::sync::{Mutex, MutexGuard};
    pub(in super::super) use tokio::sync::Notify;
}

#[cfg(all(test, feature = "loom"))]
mod real {
    pub(in super::super) use loom::sync::atomic::{AtomicBool, AtomicUsize};
    pub(in super::super) use loom::sync::{Mutex, MutexGuard};

    /// What of tokio's is used, for one that waits; who does blocks. Not loom's of that name, which also
    /// wakes for nothing: then loom, which has no one order of all that is stored, finds what cannot be.
    #[derive(Debug)]
    pub(in super::super) struct Notify {
        has_permit: Mutex<bool>,
        given: loom::sync::Condvar,
    }

    impl Notify {
        pub(in super::super) fn new() -> Self {
            Self { has_permit: Mutex::new(false), given: loom::sync::Condvar::new() }
        }

        pub(in super::super) fn notify_one(&self) {
            *super::lock(&self.has_permit) = true;
            self.given.notify_one();
        }

        pub(in super::super) fn notified(&self) -> std::future::Ready<()> {
            let mut has_permit = super::lock(&self.has_permit);
            while !*has_permit {
                has_permit = self.given.wait(has_permit).unwrap();
            }
            *has_permit = false;
            std::future::ready(())
        }
    }
}

pub(super) use real::*;

/// Locks. Nothing that could panic is done under a lock, and a list that is half of one would still be
/// a list.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
