//! The binary `muster`.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    muster::main(muster::cli::Cli::parse())
}
