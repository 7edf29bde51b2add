use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::thread;
use std::time::Duration;

use super::*;
use crate::codec::Limits;
use crate::wire::{Handshake, Message};

/// The program hears of the reset when it sends, before the runtime hears that anything has come.
#[test]
fn what_came_before_a_reset_is_read() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let hub = Arc::new(Hub::new(Arc::new(Queue::new(|| {}))));
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let socket = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (mut peer, _) = listener.accept().unwrap();
        let connection = Arc::new(Connection::new());
        connection.opened(socket).unwrap();
        let decoder = Decoder::new(Limits::default());
        tokio::spawn(serve(Arc::clone(&connection), Arc::clone(&hub), Some(decoder)));
        tokio::time::sleep(Duration::from_millis(5)).await;

        let mut bytes = Vec::new();
        Message::Handshake(Handshake::new([1; 20], [2; 20])).encode(&mut bytes);
        peer.write_all(&bytes).unwrap();
        socket2::SockRef::from(&peer).set_linger(Some(Duration::ZERO)).unwrap();
        drop(peer);
        // The runtime stands still meanwhile.
        for _ in 0..20 {
            connection.send(&[b"hello"]);
            thread::sleep(Duration::from_millis(1));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    });
    let happenings = hub.queue.take().happenings;
    let [Happening::Read(segment), Happening::Failed(connection)] = &happenings[..] else {
        panic!("{happenings:?}");
    };
    assert_eq!(segment.memory.len(), 68);
    assert!(matches!(connection.failure(), Some(Failure::Reset(_))));
}
