//! The reading connections: opened when first needed, handed round, never more than a few.

use std::path::PathBuf;
use std::sync::{Condvar, Mutex, PoisonError};

use rusqlite::Connection;

use super::schema::{self, Role};

/// Reading connections open at once. Reads are short; more would only cost page caches.
const READERS: usize = 4;

/// Up to [`READERS`] connections, opened when first needed and handed round.
pub(super) struct Readers {
    path: PathBuf,
    state: Mutex<Pool>,
    returned: Condvar,
}

#[derive(Default)]
struct Pool {
    idle: Vec<Connection>,
    open: usize,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, state: Mutex::new(Pool::default()), returned: Condvar::new() }
    }

    pub(super) fn with<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let connection = Lease { readers: self, connection: Some(self.take()?) };
        match &connection.connection {
            Some(connection) => read(connection),
            None => Err(rusqlite::Error::InvalidQuery),
        }
    }

    fn take(&self) -> rusqlite::Result<Connection> {
        let mut pool = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(connection) = pool.idle.pop() {
                return Ok(connection);
            }
            if pool.open < READERS {
                let connection = schema::connect(&self.path, Role::Reader)?;
                pool.open += 1;
                return Ok(connection);
            }
            pool = self.returned.wait(pool).unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub(super) fn close(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).idle.clear();
    }
}

/// A connection that goes back to the pool however its use ends.
struct Lease<'a> {
    readers: &'a Readers,
    connection: Option<Connection>,
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let mut pool = self.readers.state.lock().unwrap_or_else(PoisonError::into_inner);
        pool.idle.extend(self.connection.take());
        drop(pool);
        self.readers.returned.notify_one();
    }
}
