//! The statements that a portal sends to its database, as diesel reports them.

use std::collections::BTreeSet;
use std::sync::Mutex;

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

use super::TestApp;

/// What is listened to: the end of a database's URL, and the statements heard so far.
static HEARD: Mutex<Vec<(String, BTreeSet<String>)>> = Mutex::new(Vec::new());

/// Has every connection report its statements that is opened from here on.
pub fn listen() {
    set_default_instrumentation(|| Some(Box::new(Listener::default()))).unwrap();
}

/// The statements that the portal's connections send while `work` is done, each once, with placeholders for values.
/// The portal must have been started after [`listen`].
pub fn sent(app: &TestApp, work: impl FnOnce()) -> BTreeSet<String> {
    let (_, database) = app.database.url.rsplit_once("//").unwrap();
    let end = if database.starts_with('/') { database } else { &database[database.rfind('/').unwrap()..] };
    let end = end.split('?').next().unwrap().to_owned();
    HEARD.lock().unwrap().push((end.clone(), BTreeSet::new()));
    work();
    let mut heard = HEARD.lock().unwrap();
    let at = heard.iter().position(|(url, _)| *url == end).unwrap();
    heard.swap_remove(at).1
}

#[derive(Default)]
struct Listener {
    url: String,
}

impl Instrumentation for Listener {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => {
                url.split('?').next().unwrap_or_default().clone_into(&mut self.url);
            }
            InstrumentationEvent::StartQuery { query, .. } => {
                let mut heard = HEARD.lock().unwrap();
                for (_, statements) in heard.iter_mut().filter(|(end, _)| self.url.ends_with(end.as_str())) {
                    let text = query.to_string();
                    statements.insert(text.split(" -- binds:").next().unwrap().to_owned());
                }
            }
            _ => {}
        }
    }
}
