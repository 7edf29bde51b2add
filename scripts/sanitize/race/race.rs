//! Two threads of a transport write to one place, and nothing orders them.

use peer_wire_protocol::transport::{Listen, Queue, Transport};

static mut WAKES: usize = 0;

fn main() {
    // The program, and a thread of the transport.
    let queue = Queue::new(|| unsafe { WAKES += 1 });
    let transport = Transport::start(1, queue).expect("a thread");
    let host = Some("127.0.0.1".into());
    let _server = transport.listen(Listen { id: 1, host, port: 0, backlog: 1, no_delay: true });
    for _ in 0..1000 {
        unsafe { WAKES += 1 };
        std::thread::yield_now();
    }
    println!("{}", unsafe { WAKES });
}
