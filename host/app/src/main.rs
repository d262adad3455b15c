//! The binary `muster`.

use std::process::ExitCode;

use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    muster::main(muster::cli::Cli::parse()).await
}
