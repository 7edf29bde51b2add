//! Links the cdylib the way Node loads it; nothing to do without the binding.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "binding")]
    napi_build::setup();
}
