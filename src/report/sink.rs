//! The way from a run to its reporter.

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::event::Event;

/// Where a run's events go. Cheap to clone; never blocks, never fails.
///
/// The channel is unbounded so that work never waits for a terminal; the reporter spends microseconds an event,
/// a run milliseconds.
#[derive(Debug, Clone)]
pub struct EventSink(UnboundedSender<Event>);

impl EventSink {
    /// Hands the event over. Once the reporter is gone there is nobody to tell, which is no fault of the work.
    pub fn emit(&self, event: Event) {
        drop(self.0.send(event));
    }
}

/// A sink and what it leads to.
pub fn channel() -> (EventSink, UnboundedReceiver<Event>) {
    let (sender, receiver) = unbounded_channel();
    (EventSink(sender), receiver)
}
