//! Replays the corpora and the inputs that once failed.

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use peer_wire_protocol_fuzz::{TARGETS, Target};

fn files(folder: &str, target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(target);
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<_> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    files.sort();
    files
}

fn failures((_, run): Target, files: &[PathBuf]) -> Vec<&Path> {
    let fails = |file: &&PathBuf| {
        let input = fs::read(file).expect("a readable file");
        catch_unwind(|| run(&input)).is_err()
    };
    files.iter().filter(fails).map(PathBuf::as_path).collect()
}

#[test]
fn corpora() {
    for target in TARGETS {
        let files = files("corpus", target.0);
        assert!(!files.is_empty(), "no corpus for {}", target.0);
        assert_eq!(failures(target, &files), Vec::<&Path>::new(), "{}", target.0);
    }
}

#[test]
fn regressions() {
    for target in TARGETS {
        assert_eq!(failures(target, &files("regressions", target.0)), Vec::<&Path>::new());
    }
}

#[test]
fn an_empty_input() {
    for (_, run) in TARGETS {
        run(&[]);
    }
}
