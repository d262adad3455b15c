//! `cargo bench -p muster-bench`: see the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    muster_bench::main()
}
