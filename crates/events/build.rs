//! Compiles `proto/` without `protoc`: messages, their proto3 JSON, and the descriptors that the schemas are generated from.

use std::error::Error;
use std::path::{Path, PathBuf};

use prost::Message;

const FAMILIES: [&str; 7] =
    ["reference", "leads", "registrations", "deals", "consumption", "disbursements", "policies"];

/// What the ledger says itself.
const PROJECTED: [&str; 5] = ["credits", "statements", "renewals", "suspense", "digests"];

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("../../proto");
    println!("cargo::rerun-if-changed={}", root.display());
    let out = PathBuf::from(std::env::var("OUT_DIR")?);

    let families = FAMILIES.iter().map(|family| format!("tributary/v1/{family}.proto"));
    let files = families.chain(PROJECTED.iter().map(|topic| format!("tributary/feed/v1/{topic}.proto")));
    let mut compiler = protox::Compiler::new([&root])?;
    let descriptors = compiler.include_source_info(true).open_files(files)?.file_descriptor_set();
    let bytes = descriptors.encode_to_vec();
    std::fs::write(out.join("descriptors.bin"), &bytes)?;

    prost_build::Config::new().btree_map(["."]).out_dir(&out).compile_fds(descriptors)?;
    pbjson_build::Builder::new()
        .register_descriptors(&bytes)?
        .btree_map(["."])
        .build(&[".tributary.v1", ".tributary.feed.v1"])?;
    Ok(())
}
