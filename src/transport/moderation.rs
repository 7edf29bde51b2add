//! When many connections bring a little each, a thread that woke for every one of them would do little
//! else. It then looks once a millisecond, as network cards do.
//!
//! What comes waits so much longer, which is nothing to a swarm; a few busy connections never wait.

use std::time::{Duration, Instant};

/// How long what comes is gathered.
const PAUSE: Duration = Duration::from_millis(1);

/// A shorter wait than this is one of a thread that is kept busy.
const SHORT: Duration = Duration::from_micros(500);

/// Connections that are remembered: if no more than these bring anything, nothing is gathered.
const FEW: usize = 8;

/// How many connections in a row have to be others than those.
const MANY: u32 = 32;

/// Watches one thread.
#[derive(Debug, Default)]
pub(super) struct Moderation {
    /// Those that brought something last.
    recent: [usize; FEW],
    next: usize,
    /// How many were not among the recent ones, less those that were.
    spread: u32,
    parked: Option<Instant>,
    is_kept_busy: bool,
}

impl Moderation {
    /// A connection has brought something.
    pub(super) fn came_from(&mut self, connection: usize) {
        if self.recent.contains(&connection) {
            self.spread = self.spread.saturating_sub(2);
            return;
        }
        self.recent[self.next] = connection;
        self.next = (self.next + 1) % FEW;
        self.spread = (self.spread + 1).min(2 * MANY);
    }

    /// The thread has nothing to do. Gives how long it should sleep before it looks again, if at all.
    pub(super) fn pause(&self) -> Option<Duration> {
        (self.is_kept_busy && self.spread >= MANY).then_some(PAUSE)
    }

    /// The thread waits from `now` on.
    pub(super) fn parks(&mut self, now: Instant) {
        self.parked = Some(now);
    }

    /// The thread has waited until `now`.
    pub(super) fn wakes(&mut self, now: Instant) {
        self.is_kept_busy = self.parked.is_some_and(|parked| now - parked < SHORT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Waits for so many microseconds each.
    fn wait(moderation: &mut Moderation, microseconds: u64) {
        let now = Instant::now();
        moderation.parks(now);
        moderation.wakes(now + Duration::from_micros(microseconds));
    }

    #[test]
    fn many_connections_in_short_turn_are_gathered() {
        let mut moderation = Moderation::default();
        for connection in 1..=MANY as usize {
            assert_eq!(moderation.pause(), None);
            moderation.came_from(connection);
            wait(&mut moderation, 100);
        }
        assert_eq!(moderation.pause(), Some(PAUSE));
        wait(&mut moderation, 3000);
        assert_eq!(moderation.pause(), None, "after a long wait");
    }

    #[test]
    fn a_few_busy_connections_are_not() {
        let mut moderation = Moderation::default();
        for turn in 0..1000 {
            moderation.came_from(1 + turn % FEW);
            wait(&mut moderation, 10);
            assert_eq!(moderation.pause(), None);
        }
        // Nor one that is left of many.
        for connection in 100..200 {
            moderation.came_from(connection);
        }
        for _ in 0..MANY {
            moderation.came_from(7);
        }
        wait(&mut moderation, 10);
        assert_eq!(moderation.pause(), None);
    }
}
