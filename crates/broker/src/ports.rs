//! Ports on loopback that nobody listens on.
//!
//! They are taken from below the range out of which the system serves those who connect. In it, a client that keeps
//! trying to reach a broker that is down may be given the broker's own port, be connected with itself, and keep the
//! broker from coming back.

use std::io;
use std::net::{Ipv4Addr, TcpListener};

use crate::random;

const FIRST: u64 = 18_000;
const COUNT: u64 = 13_000;

/// As many different free ports as asked for. They are free now: whoever binds one may still come second.
pub(crate) fn free<const N: usize>() -> io::Result<[u16; N]> {
    let mut held = Vec::with_capacity(N);
    let mut found = [0; N];
    let start = random::bits() % COUNT;
    for step in 0..COUNT {
        let Some(place) = found.get_mut(held.len()) else { break };
        let port = u16::try_from(FIRST + (start + step) % COUNT).unwrap_or(u16::MAX);
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            *place = port;
            held.push(listener);
        }
    }
    if held.len() == N { Ok(found) } else { Err(io::ErrorKind::AddrInUse.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_differ_and_can_be_bound() {
        let ports: [u16; 5] = free().unwrap();
        let listeners: Vec<_> = ports.iter().map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port))).collect();
        assert!(listeners.iter().all(Result::is_ok), "{ports:?}");
    }
}
