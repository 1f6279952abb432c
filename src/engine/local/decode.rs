//! One model in memory: token ids in, text out.

use fxtranslate::engine::Engine;
use fxtranslate::model::Model;
use fxtranslate::shortlist::Shortlist;
use fxtranslate::spm::SpmVocab;

use super::models::ModelFiles;
use super::network::Network;

/// A loaded model. Not `Send` (its packed weights are raw pointers), but `Sync`: one thread owns it and
/// lends it to the others.
pub(super) struct Decoder {
    way: Way,
    target: SpmVocab,
}

enum Way {
    /// Our own loop, for int8 models on machines with the packed kernel: all of Mozilla's, nearly everywhere.
    Network(Box<Network>),
    /// The crate's own, for everything else it can load.
    Plain(Box<Engine>),
}

impl Decoder {
    /// # Errors
    /// Where the files are no model of this kind.
    pub(super) fn load(files: &ModelFiles, end: u32) -> Result<Self, String> {
        let shortlist = || {
            let read = files.shortlist.as_ref().map(Shortlist::load).transpose();
            read.map_err(|error| error.to_string())
        };
        let shared = files.source_vocabulary == files.target_vocabulary;
        let model = Model::load_mmapped(&files.model).map_err(|error| error.to_string())?;
        let way = match Network::new(&model, shortlist()?, shared, end) {
            Ok(network) => Way::Network(Box::new(network)),
            Err(_) => {
                let engine = Engine::load(&files.model, &files.source_vocabulary, &files.target_vocabulary)?;
                Way::Plain(Box::new(match shortlist()? {
                    Some(shortlist) => engine.with_shortlist(shortlist),
                    None => engine,
                }))
            }
        };
        let target = SpmVocab::load(&files.target_vocabulary).map_err(|error| error.to_string())?;
        Ok(Self { way, target })
    }

    /// Translates sentences given as source token ids with the end mark, in order.
    pub(super) fn translate(&self, sentences: &[Vec<u32>]) -> Vec<String> {
        let answers = match &self.way {
            Way::Network(network) => network.translate(sentences),
            Way::Plain(engine) => engine.greedy_batch(sentences),
        };
        answers.iter().map(|ids| self.target.decode(ids)).collect()
    }
}
