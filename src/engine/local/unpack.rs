//! What a download is packed in. Owns the bound on what comes out of it.

use std::io::Read;

use ruzstd::StreamingDecoder;

/// The first bytes of a zstd frame (RFC 8878, 3.1.1).
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// The bytes of `body`, out of its zstd frame where it is in one: at most `most` of them. fxtranslate's own reader has no
/// bound, and a few kilobytes can hold gigabytes of zeros.
///
/// # Errors
/// What is wrong with the frame, or that it holds more.
pub(super) fn unpack(body: Vec<u8>, most: usize) -> Result<Vec<u8>, String> {
    if !body.starts_with(&ZSTD) {
        return Ok(body);
    }
    let unsound = |error: &dyn std::fmt::Display| format!("its zstd frame does not read: {error}");
    let decoder = StreamingDecoder::new(body.as_slice()).map_err(|error| unsound(&error))?;
    let mut bytes = Vec::new();
    decoder.take(most as u64 + 1).read_to_end(&mut bytes).map_err(|error| unsound(&error))?;
    if bytes.len() > most {
        return Err(format!("unpacked it is larger than {} MB, which no model file is", most >> 20));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame of `blocks` runs of 128 KiB of one byte: 4 bytes each (RFC 8878, 3.1.1.2: a block of type RLE).
    fn zeros(blocks: u32) -> Vec<u8> {
        const BLOCK: u32 = 128 << 10;
        let mut frame = ZSTD.to_vec();
        // No checksum, no content size, a window of 1 MiB (exponent 10).
        frame.extend([0x00, 10 << 3]);
        for block in 1..=blocks {
            let header = BLOCK << 3 | 1 << 1 | u32::from(block == blocks);
            frame.extend_from_slice(&header.to_le_bytes()[..3]);
            frame.push(0);
        }
        frame
    }

    #[test]
    fn a_frame_is_unpacked_and_what_is_none_stays() {
        assert_eq!(unpack(zeros(3), 1 << 20).unwrap(), vec![0; 3 * (128 << 10)]);
        assert_eq!(unpack(b"plain".to_vec(), 1 << 20).unwrap(), b"plain");
        assert!(unpack([&ZSTD[..], &[0xff; 9]].concat(), 1 << 20).unwrap_err().contains("zstd"));
    }

    #[test]
    fn a_frame_of_gigabytes_is_refused_at_the_bound() {
        let bomb = zeros(16_384);
        assert!(bomb.len() < 70_000, "2 GB in {} bytes", bomb.len());
        assert!(unpack(bomb, 1 << 20).unwrap_err().contains("larger than 1 MB"));
    }
}
