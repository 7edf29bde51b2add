//! What is left of what is over: no thread, no socket, no memory. Each in a process of its own, where
//! nothing else comes and goes.

use std::fs;
use std::io::{Read, Write};
use std::process::Command;
use std::thread;
use std::time::Duration;

use peer_wire_protocol::transport::{Ending, Queue, Transport};
use peer_wire_protocol::wire::Message;

use crate::messages::{agreed, blocks, encoded, handshake};
use crate::program::{Event, Program};

/// Runs a test once more, in a process of its own that may have so many files, and only there.
fn alone(name: &str, files: u32, test: impl FnOnce()) {
    if std::env::var_os("PWP_ALONE").is_some() {
        return test();
    }
    let output = Command::new("sh")
        .args(["-c", &format!("ulimit -n {files}; exec \"$0\" --exact leaks::{name}")])
        .arg(std::env::current_exe().unwrap())
        .env("PWP_ALONE", "1")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && told.contains("1 passed"), "{told}");
}

/// Sockets, and what runtimes wait with.
fn files() -> usize {
    let targets = fs::read_dir("/proc/self/fd").unwrap().filter_map(|file| {
        // What it is read by is gone by now.
        Some(fs::read_link(file.unwrap().path()).ok()?.to_string_lossy().into_owned())
    });
    targets.filter(|to| to.starts_with("socket:") || to.starts_with("anon_inode:")).count()
}

/// Threads of transports.
fn threads() -> usize {
    let names = fs::read_dir("/proc/self/task").unwrap().filter_map(|task| {
        // It may be gone by now.
        fs::read_to_string(task.unwrap().path().join("comm")).ok()
    });
    names.filter(|name| name.starts_with("peer-wire")).count()
}

/// Whether all threads of transports are gone. The system needs a moment for one that was joined.
fn are_gone() -> bool {
    (0..1000).any(|_| {
        thread::sleep(Duration::from_millis(1));
        threads() == 0
    })
}

/// Bytes that this process has in memory.
fn resident() -> usize {
    let pages = fs::read_to_string("/proc/self/statm").unwrap();
    4096 * pages.split(' ').nth(1).unwrap().parse::<usize>().unwrap()
}

/// The program keeps what it can of each, and takes nothing any more.
#[test]
fn nothing_is_left_of_what_was_dropped() {
    alone("nothing_is_left_of_what_was_dropped", 1000, || {
        let before = files();
        let (mut connections, mut queues) = (Vec::new(), Vec::new());
        for round in 0..300 {
            let mut program = Program::start(1 + round % 3);
            let (_server, address) = program.listen();
            for _ in 0..4 {
                let connection = program.dial(address, Some(agreed()));
                connection.send(&[&blocks(0..3, 16_384)]);
                connections.push(connection);
            }
            for _ in 0..round % 10 {
                if let (_, Event::Accepted(connection)) = program.next() {
                    program.transport.serve(&connection, Some(agreed()));
                    connections.push(connection);
                }
            }
            queues.push(std::sync::Arc::clone(program.transport.queue()));
            drop(program);
        }
        assert!(are_gone());
        assert_eq!(files(), before);
    });
}

#[test]
fn a_closed_connection_has_no_socket() {
    alone("a_closed_connection_has_no_socket", 1000, || {
        let mut program = Program::start(1);
        let before = files();
        let mut connections = Vec::new();
        for round in 0..100 {
            let (connection, mut peer) = program.pair(Some(agreed()));
            program.until(|event| matches!(event, Event::Opened));
            let stays = round % 2 == 0;
            if !stays {
                drop(peer);
            } else if round % 4 == 0 {
                connection.send(&[&vec![0; 8 << 20]]);
                connection.end(Ending::Abrupt);
            } else {
                connection.end(Ending::Gentle);
                assert_eq!(peer.read(&mut [0]).unwrap(), 0);
                drop(peer);
            }
            connection.end(Ending::Gentle);
            program.until(|event| matches!(event, Event::Closed));
            connections.push(connection);
        }
        assert_eq!(files(), before);
    });
}

/// Some of its threads could be started.
#[test]
fn nothing_is_left_of_what_could_not_start() {
    alone("nothing_is_left_of_what_could_not_start", 50, || {
        let before = files();
        let started = Transport::start(40, Queue::new(|| {}));
        assert!(started.is_err(), "there are files for all");
        drop(started);
        assert_eq!(files(), before);
        assert!(are_gone());
    });
}

/// What is read goes through the same few slabs, however much it is and however many are idle.
#[test]
fn memory_is_used_again() {
    const MIB: usize = 1 << 20;
    alone("memory_is_used_again", 1000, || {
        let mut program = Program::start(1);
        let idle: Vec<_> = (0..200)
            .map(|_| {
                let (connection, peer) = program.pair(Some(agreed()));
                program.until(|event| matches!(event, Event::Opened));
                (connection, peer)
            })
            .collect();
        let (busy, mut peer) = program.pair(Some(agreed()));
        peer.write_all(&handshake()).unwrap();
        program.until(|event| matches!(event, Event::Told(..)));
        busy.go_on();
        let some = blocks(0..64, 16_384).split_off(handshake().len());
        let mut before = 0;
        for round in 0..220 {
            thread::scope(|scope| {
                scope.spawn(|| peer.write_all(&some).unwrap());
                let mut blocks = 0;
                while blocks < 64 {
                    if let (_, Event::Told(told, _)) = program.next() {
                        blocks += told.len();
                    }
                }
            });
            // Each says something once, in between.
            if let Some((connection, mut peer)) = idle.get(round).map(|(c, p)| (c, p)) {
                peer.write_all(&handshake()).unwrap();
                program.until(|event| matches!(event, Event::Told(..)));
                connection.go_on();
                peer.write_all(&encoded(Message::KeepAlive)).unwrap();
                program.until(|event| matches!(event, Event::Told(..)));
            }
            if round == 20 {
                before = resident();
            }
        }
        let more = resident().saturating_sub(before);
        assert!(more < 24 * MIB, "{} MiB more", more / MIB);
    });
}
