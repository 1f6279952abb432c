//! The parts a network is made of: packed weights, layer normalisation, embeddings, and reading them from a model.

use fxtranslate::gemm::PreparedB;
use fxtranslate::model::Model;
use fxtranslate::ops;

/// Marian's layer-normalisation epsilon.
const EPSILON: f32 = 1e-6;

/// A matrix of weights with its bias, packed for the kernel.
pub(super) struct Affine {
    pub(super) packed: PreparedB,
    pub(super) bias: Vec<f32>,
    /// The activation's quantisation multiplier.
    pub(super) quantise: f32,
    pub(super) unquantise: f32,
    /// Length of an input row.
    pub(super) depth: usize,
}

pub(super) struct Norm {
    pub(super) scale: Vec<f32>,
    pub(super) bias: Option<Vec<f32>>,
}

pub(super) struct Attention {
    pub(super) query: Affine,
    pub(super) key: Affine,
    pub(super) value: Affine,
    pub(super) output: Affine,
    pub(super) norm: Norm,
}

pub(super) struct Feed {
    pub(super) first: Affine,
    pub(super) second: Affine,
    pub(super) norm: Norm,
}

pub(super) struct EncoderLayer {
    pub(super) attention: Attention,
    pub(super) feed: Feed,
}

pub(super) struct DecoderLayer {
    pub(super) candidate: Affine,
    pub(super) gate: Affine,
    pub(super) norm: Norm,
    pub(super) attention: Attention,
    pub(super) feed: Feed,
}

/// An embedding table, int8 as in the model.
pub(super) struct Embedding {
    pub(super) rows: Vec<i8>,
    pub(super) scale: f32,
}

/// Buffers of one worker, kept between layers and steps.
#[derive(Default)]
pub(super) struct Scratch {
    pub(super) quantised: Vec<u8>,
    pub(super) scores: Vec<f32>,
}

impl Affine {
    pub(super) fn apply(&self, x: &[f32], scratch: &mut Scratch) -> Vec<f32> {
        let mut out = Vec::new();
        self.apply_into(x, scratch, &mut out);
        out
    }

    pub(super) fn apply_into(&self, x: &[f32], scratch: &mut Scratch, out: &mut Vec<f32>) {
        /// Added to a small number, 1.5·2²³ leaves it rounded to the nearest integer (ties to even) in the low bits.
        const ROUND: f32 = 12_582_912.0;
        scratch.quantised.resize(x.len(), 0);
        for (out, value) in scratch.quantised.iter_mut().zip(x) {
            // Comparisons, not `clamp`: what a NaN would do is of no matter, and this becomes two instructions.
            let value = value * self.quantise;
            let value = if value < 127.0 { value } else { 127.0 };
            let value = if value > -127.0 { value } else { -127.0 };
            // The kernel takes activations shifted into 0..=254.
            *out = ((value + ROUND).to_bits() as u8).wrapping_add(127);
        }
        let rows = x.len() / self.depth;
        self.packed.matmul_into(&scratch.quantised, rows, self.unquantise, &self.bias, out);
    }
}

impl Feed {
    pub(super) fn apply(&self, x: Vec<f32>, width: usize, scratch: &mut Scratch) -> Vec<f32> {
        let mut hidden = self.first.apply(&x, scratch);
        for value in &mut hidden {
            *value = value.max(0.0);
        }
        let out = self.second.apply(&hidden, scratch);
        self.norm.apply(out, &x, width)
    }
}

impl Norm {
    /// Layer normalisation of `branch + residual`, in place.
    pub(super) fn apply(&self, mut branch: Vec<f32>, residual: &[f32], width: usize) -> Vec<f32> {
        for (row, residual) in branch.chunks_exact_mut(width).zip(residual.chunks_exact(width)) {
            for (value, residual) in row.iter_mut().zip(residual) {
                *value += residual;
            }
            let mean = sum(row, |value| value) / width as f32;
            let variance = sum(row, |value| (value - mean) * (value - mean)) / width as f32;
            let shrink = 1.0 / (variance + EPSILON).sqrt();
            match &self.bias {
                Some(bias) => {
                    for ((value, scale), bias) in row.iter_mut().zip(&self.scale).zip(bias) {
                        *value = scale * ((*value - mean) * shrink) + bias;
                    }
                }
                None => {
                    for (value, scale) in row.iter_mut().zip(&self.scale) {
                        *value = scale * ((*value - mean) * shrink);
                    }
                }
            }
        }
        branch
    }
}

/// A sum over eight accumulators.
fn sum(row: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let (chunks, rest) = row.as_chunks::<8>();
    let mut lanes = [0.0f32; 8];
    for chunk in chunks {
        for lane in 0..8 {
            lanes[lane] += of(chunk[lane]);
        }
    }
    lanes.iter().sum::<f32>() + rest.iter().map(|value| of(*value)).sum::<f32>()
}

pub(super) fn floats(model: &Model, name: &str) -> Option<Vec<f32>> {
    model.get(name)?.to_f32().ok()
}

/// A weight `[n, k]` with what the shifted activation needs folded into its bias.
pub(super) fn pack(
    rows: &[i8],
    n: usize,
    k: usize,
    bias: &[f32],
    quantise: f32,
    unquantise: f32,
) -> Result<Affine, String> {
    let packed = PreparedB::new(rows, n, k).ok_or("no packed kernel on this machine")?;
    Ok(Affine {
        packed,
        bias: ops::prepare_bias(rows, n, k, bias, unquantise),
        quantise,
        unquantise,
        depth: k,
    })
}

pub(super) fn affine(model: &Model, name: &str, bias: Option<&str>) -> Result<Affine, String> {
    let missing = || format!("no int8 weight `{name}`");
    let item = model.get(name).ok_or_else(missing)?;
    let [k, n] = item.shape.as_slice() else { return Err(missing()) };
    let (k, n) = (*k as usize, *n as usize);
    let rows = item.int8_transposed().map_err(|_| missing())?;
    let scale = item.quant_mult().map_err(|_| missing())?;
    let quantise = floats(model, &format!("{name}_QuantMultA")).and_then(|values| values.first().copied());
    let quantise = quantise.ok_or_else(missing)?;
    let bias = match bias {
        Some(bias) => floats(model, bias).ok_or_else(|| format!("no bias `{bias}`"))?,
        None => vec![0.0; n],
    };
    pack(rows, n, k, &bias, quantise, 1.0 / (quantise * scale))
}

pub(super) fn norm(model: &Model, name: &str) -> Result<Norm, String> {
    let scale = floats(model, &format!("{name}_ln_scale")).ok_or_else(|| format!("no `{name}_ln_scale`"))?;
    Ok(Norm { scale, bias: floats(model, &format!("{name}_ln_bias")) })
}

pub(super) fn attention(model: &Model, prefix: &str) -> Result<Attention, String> {
    let part =
        |letter: &str| affine(model, &format!("{prefix}_W{letter}"), Some(&format!("{prefix}_b{letter}")));
    Ok(Attention {
        query: part("q")?,
        key: part("k")?,
        value: part("v")?,
        output: part("o")?,
        norm: norm(model, &format!("{prefix}_Wo"))?,
    })
}

pub(super) fn feed(model: &Model, prefix: &str) -> Result<Feed, String> {
    Ok(Feed {
        first: affine(model, &format!("{prefix}_W1"), Some(&format!("{prefix}_b1")))?,
        second: affine(model, &format!("{prefix}_W2"), Some(&format!("{prefix}_b2")))?,
        norm: norm(model, &format!("{prefix}_ffn"))?,
    })
}

pub(super) fn embedding(model: &Model, name: &str) -> Result<Embedding, String> {
    let item = model.get(name).ok_or_else(|| format!("no `{name}`"))?;
    let rows = item.int8_transposed().map_err(|error| error.to_string())?.to_vec();
    let multiplier = item.quant_mult().map_err(|error| error.to_string())?;
    Ok(Embedding { rows, scale: 1.0 / multiplier })
}

/// What the output layer's activation is quantised by; split vocabularies store it as an int8 of its own.
pub(super) fn output_quantise(model: &Model) -> Option<f32> {
    if let Some(values) = floats(model, "none_QuantMultA") {
        return values.first().copied();
    }
    let item = model.get("decoder_Wemb_QuantMultA")?;
    let raw = f32::from(*item.int8_transposed().ok()?.first()?);
    Some(raw / item.quant_mult().ok()?)
}
