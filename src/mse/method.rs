//! How the connection goes on after the exchange: `crypto_provide` and `crypto_select`.

use std::fmt;

/// What becomes of the bytes after the exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// They are sent as they are: only the beginning of the connection was hidden.
    Plain,
    /// They are encrypted.
    Rc4,
}

/// Methods that one side offers or takes, as the 32 bits of the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Methods(pub u32);

impl Methods {
    /// [`Method::Plain`] alone.
    pub const PLAIN: Self = Self(1);
    /// [`Method::Rc4`] alone.
    pub const RC4: Self = Self(2);
    /// Both.
    pub const ANY: Self = Self(3);

    /// The best method that both name.
    #[must_use]
    pub fn best(self, other: Self) -> Option<Method> {
        let common = self.0 & other.0;
        if common & Self::RC4.0 != 0 {
            Some(Method::Rc4)
        } else if common & Self::PLAIN.0 != 0 {
            Some(Method::Plain)
        } else {
            None
        }
    }

    /// The one method that is named, if it is one of `offered`.
    #[must_use]
    pub fn only(self, offered: Self) -> Option<Method> {
        if self == Self::PLAIN || self == Self::RC4 { self.best(offered) } else { None }
    }
}

impl From<Method> for Methods {
    fn from(method: Method) -> Self {
        match method {
            Method::Plain => Self::PLAIN,
            Method::Rc4 => Self::RC4,
        }
    }
}

impl fmt::Display for Methods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::PLAIN => f.write_str("plain"),
            Self::RC4 => f.write_str("rc4"),
            Self::ANY => f.write_str("plain or rc4"),
            Self(bits) => write!(f, "0x{bits:08x}"),
        }
    }
}
