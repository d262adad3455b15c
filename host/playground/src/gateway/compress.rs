//! Smaller frames ([Discord Docs/Gateway, "Encoding and Compression"]): each frame by itself, as IDENTIFY asks for, or
//! the whole connection as one stream, as the address asks for.

use axum::extract::ws::{Message, Utf8Bytes};
use bytes::Bytes;
use flate2::{Compress, Compression, FlushCompress, Status};

/// How frames leave.
pub(super) enum Packer {
    Plain,
    /// Payload compression: each frame is one complete zlib stream.
    Whole(Compress),
    /// `zlib-stream`: one stream per connection, flushed at the end of each frame (`00 00 FF FF`).
    ZlibStream(Compress),
    /// `zstd-stream`: one frame of zstd per connection, flushed at the end of each frame.
    ZstdStream {
        begun: bool,
    },
}

impl Packer {
    /// What the value of `compress` in the address asks for; none if there is no such compression.
    pub(super) fn of_transport(name: &str) -> Option<Self> {
        match name {
            "zlib-stream" => Some(Self::ZlibStream(deflate())),
            "zstd-stream" => Some(Self::ZstdStream { begun: false }),
            _ => None,
        }
    }

    /// IDENTIFY asked for payload compression. A stream stays what it is: there is one kind at a time.
    pub(super) fn ask_payload(&mut self) {
        if matches!(self, Self::Plain) {
            *self = Self::Whole(deflate());
        }
    }

    pub(super) fn pack(&mut self, text: Utf8Bytes) -> Message {
        match self {
            Self::Plain => Message::Text(text),
            Self::Whole(deflater) => {
                deflater.reset();
                Message::Binary(deflated(deflater, text.as_bytes(), FlushCompress::Finish))
            }
            Self::ZlibStream(deflater) => {
                Message::Binary(deflated(deflater, text.as_bytes(), FlushCompress::Sync))
            }
            Self::ZstdStream { begun } => {
                let first = !std::mem::replace(begun, true);
                Message::Binary(raw_zstd(text.as_bytes(), first))
            }
        }
    }
}

fn deflate() -> Compress {
    // The fastest level: this runs beside the bot under test, and loopback is wide.
    Compress::new(Compression::fast(), true)
}

fn deflated(deflater: &mut Compress, text: &[u8], flush: FlushCompress) -> Bytes {
    let before = deflater.total_in();
    let mut packed = Vec::with_capacity(text.len() / 2 + 64);
    loop {
        let read = (deflater.total_in() - before) as usize;
        let rest = text.get(read..).unwrap_or_default();
        match deflater.compress_vec(rest, &mut packed, flush) {
            Ok(Status::StreamEnd) | Err(_) => return packed.into(),
            // A flush is complete once there is room left after it.
            Ok(_) if flush == FlushCompress::Sync && packed.len() < packed.capacity() => {
                return packed.into();
            }
            Ok(Status::Ok | Status::BufError) => packed.reserve(packed.capacity().max(256)),
        }
    }
}

/// "Raw" blocks of a zstd frame that never ends (RFC 8878, 3.1.1): any decoder reads them, and nobody on loopback needs
/// them smaller.
fn raw_zstd(text: &[u8], first: bool) -> Bytes {
    /// Magic number, a descriptor that promises nothing, and a window of 128 KiB.
    const HEADER: [u8; 6] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 7 << 3];
    /// "Block_Maximum_Size": the window, 128 KiB at most.
    const BLOCK: usize = 128 * 1024;
    let mut packed = Vec::with_capacity(text.len() + 16);
    if first {
        packed.extend(HEADER);
    }
    for block in text.chunks(BLOCK) {
        // Not the last block (bit 0), type 0 (bits 1 and 2), then the size.
        let header = (block.len() as u32) << 3;
        packed.extend(&header.to_le_bytes()[..3]);
        packed.extend(block);
    }
    packed.into()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::{Decompress, FlushDecompress};

    use super::*;

    fn bytes(message: Message) -> Bytes {
        match message {
            Message::Binary(bytes) => bytes,
            other => panic!("not packed: {other:?}"),
        }
    }

    fn texts() -> [String; 3] {
        let noise = (0..20_000_u32)
            .map(|at| char::from(b' ' + (at.wrapping_mul(2_654_435_761) >> 26) as u8));
        [
            "short".into(),
            "long and repeated ".repeat(10_000),
            noise.collect(),
        ]
    }

    #[test]
    fn each_frame_is_a_complete_zlib_stream() {
        let mut packer = Packer::Plain;
        packer.ask_payload();
        for text in texts() {
            let packed = bytes(packer.pack(text.clone().into()));
            let mut back = String::new();
            flate2::read::ZlibDecoder::new(&packed[..])
                .read_to_string(&mut back)
                .expect("zlib");
            assert_eq!(back, text);
        }
    }

    #[test]
    fn a_zlib_stream_goes_on_and_is_flushed_after_each_frame() {
        let mut packer = Packer::of_transport("zlib-stream").expect("known");
        packer.ask_payload();
        let mut inflater = Decompress::new(true);
        for text in texts() {
            let packed = bytes(packer.pack(text.clone().into()));
            assert!(packed.ends_with(&[0, 0, 0xFF, 0xFF]));
            let mut back = Vec::with_capacity(text.len() + 1);
            inflater
                .decompress_vec(&packed, &mut back, FlushDecompress::Sync)
                .expect("one stream");
            assert_eq!(back, text.as_bytes());
        }
    }

    #[test]
    fn a_zstd_stream_goes_on_after_each_frame() {
        let mut packer = Packer::of_transport("zstd-stream").expect("known");
        let mut packed = Vec::new();
        for text in texts() {
            packed.extend(bytes(packer.pack(text.into())));
        }
        // An empty last block ends the frame, for a decoder that wants an end.
        packed.extend([1, 0, 0]);
        let mut back = String::new();
        ruzstd::decoding::StreamingDecoder::new(&packed[..])
            .expect("a frame")
            .read_to_string(&mut back)
            .expect("zstd");
        assert_eq!(back, texts().concat());
    }

    #[test]
    fn other_compression_is_unknown() {
        assert!(Packer::of_transport("brotli").is_none());
    }
}
