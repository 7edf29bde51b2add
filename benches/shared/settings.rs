//! How long each benchmark is run, the same for all.

use std::time::Duration;

use criterion::Criterion;

pub fn settings() -> Criterion {
    Criterion::default()
        .sample_size(30)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_millis(700))
        .without_plots()
}
