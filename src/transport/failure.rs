//! Why a connection has failed, or a server.

use std::io;

use crate::wire::PeerError;

/// Why a connection ended that did not end well.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The peer broke the protocol.
    #[error(transparent)]
    Peer(#[from] PeerError),
    /// The address has no socket that listens.
    #[error("the connection to {address} was refused")]
    Refused {
        /// What was dialled.
        address: String,
        /// What the system says.
        source: io::Error,
    },
    /// The peer, or something between, has cut the connection.
    #[error("the connection was reset")]
    Reset(#[source] io::Error),
    /// The connection did not come to stand in time.
    #[error("the connection to {address} did not stand within {milliseconds} ms")]
    ConnectTimeout {
        /// What was dialled.
        address: String,
        /// How long that could take.
        milliseconds: u32,
    },
    /// The system has given up on the peer.
    #[error("the peer has not answered for too long")]
    TimedOut(#[source] io::Error),
    /// A name that stands for no address.
    #[error("{host} has no address")]
    NoAddress {
        /// The name.
        host: String,
        /// What the system says.
        source: io::Error,
    },
    /// Anything else that the system says.
    #[error("the connection failed: {0}")]
    Io(#[source] io::Error),
}

impl Failure {
    /// What an established connection failed of.
    #[must_use]
    pub fn of_connection(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe => Self::Reset(error),
            io::ErrorKind::TimedOut => Self::TimedOut(error),
            _ => Self::Io(error),
        }
    }

    /// What dialling `address` failed of.
    #[must_use]
    pub fn of_dialling(error: io::Error, address: String) -> Self {
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::Refused { address, source: error },
            _ => Self::of_connection(error),
        }
    }

    /// A stable code for programs, `ERR_PWP_…`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Peer(error) => error.code(),
            Self::Refused { .. } => "ERR_PWP_CONNECTION_REFUSED",
            Self::Reset(_) => "ERR_PWP_CONNECTION_RESET",
            Self::ConnectTimeout { .. } | Self::TimedOut(_) => "ERR_PWP_CONNECTION_TIMEOUT",
            Self::NoAddress { .. } => "ERR_PWP_ADDRESS_NOT_FOUND",
            Self::Io(_) => "ERR_PWP_CONNECTION_FAILED",
        }
    }

    /// What the system said, if it did.
    #[must_use]
    pub fn system(&self) -> Option<&io::Error> {
        match self {
            Self::Peer(_) | Self::ConnectTimeout { .. } => None,
            Self::Refused { source, .. } | Self::NoAddress { source, .. } => Some(source),
            Self::Reset(error) | Self::TimedOut(error) | Self::Io(error) => Some(error),
        }
    }
}

/// The name that an error of the system has in C, and in Node: `ECONNREFUSED`.
#[must_use]
pub fn system_code(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "ECONNREFUSED",
        io::ErrorKind::ConnectionReset => "ECONNRESET",
        io::ErrorKind::ConnectionAborted => "ECONNABORTED",
        io::ErrorKind::NotConnected => "ENOTCONN",
        io::ErrorKind::BrokenPipe => "EPIPE",
        io::ErrorKind::TimedOut => "ETIMEDOUT",
        io::ErrorKind::AddrInUse => "EADDRINUSE",
        io::ErrorKind::AddrNotAvailable => "EADDRNOTAVAIL",
        io::ErrorKind::PermissionDenied => "EACCES",
        io::ErrorKind::HostUnreachable => "EHOSTUNREACH",
        io::ErrorKind::NetworkUnreachable => "ENETUNREACH",
        io::ErrorKind::NetworkDown => "ENETDOWN",
        // Of a name: there are no other things here that could not be found.
        io::ErrorKind::NotFound => "ENOTFOUND",
        io::ErrorKind::InvalidInput => "EINVAL",
        io::ErrorKind::OutOfMemory => "ENOMEM",
        _ if is_out_of_files(error) => "EMFILE",
        _ => "EIO",
    }
}

/// Whether the process, or the system, has no file descriptor left.
#[must_use]
pub(super) fn is_out_of_files(error: &io::Error) -> bool {
    // Of Unix: ENFILE and EMFILE. Rust has no kind for them.
    cfg!(unix) && matches!(error.raw_os_error(), Some(23 | 24))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_has_its_code_and_names_the_value() {
        let error = |kind: io::ErrorKind| io::Error::from(kind);
        let refused =
            Failure::of_dialling(error(io::ErrorKind::ConnectionRefused), "127.0.0.1:1".into());
        assert_eq!(refused.code(), "ERR_PWP_CONNECTION_REFUSED");
        assert_eq!(refused.to_string(), "the connection to 127.0.0.1:1 was refused");
        assert_eq!(refused.system().map(system_code), Some("ECONNREFUSED"));
        for (kind, code, name) in [
            (io::ErrorKind::ConnectionReset, "ERR_PWP_CONNECTION_RESET", "ECONNRESET"),
            (io::ErrorKind::BrokenPipe, "ERR_PWP_CONNECTION_RESET", "EPIPE"),
            (io::ErrorKind::TimedOut, "ERR_PWP_CONNECTION_TIMEOUT", "ETIMEDOUT"),
            (io::ErrorKind::HostUnreachable, "ERR_PWP_CONNECTION_FAILED", "EHOSTUNREACH"),
        ] {
            let failure = Failure::of_connection(error(kind));
            assert_eq!(failure.code(), code);
            assert_eq!(failure.system().map(system_code), Some(name));
        }
        let late = Failure::ConnectTimeout { address: "[::1]:6881".into(), milliseconds: 30 };
        assert_eq!(late.code(), "ERR_PWP_CONNECTION_TIMEOUT");
        assert_eq!(late.to_string(), "the connection to [::1]:6881 did not stand within 30 ms");
        assert!(late.system().is_none());
        #[cfg(unix)]
        assert_eq!(system_code(&io::Error::from_raw_os_error(24)), "EMFILE");
    }
}
