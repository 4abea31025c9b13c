//! The demo's team: people of every role, and one who has left.

use jiff::SignedDuration;

use crate::crypto::{Password, hash_password, random_base62};
use crate::domain::actor::{Actor, SystemPart, Who};
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::customer::EmailAddress;
use crate::domain::ids::StaffId;
use crate::domain::staff::{Role, Theme};
use crate::storage::staff::{self, NewStaff, Preferences};
use crate::storage::{StorageError, audit_log};
use crate::usecases::Context;

/// A person whose password is printed.
#[derive(Debug, Clone)]
pub struct DemoPerson {
    pub email: String,
    pub password: String,
    pub role: Role,
}

#[derive(Debug)]
pub(crate) struct Team {
    pub admin: Actor,
    /// The agents; the last one has left.
    pub agents: Vec<Actor>,
    pub can_sign_in: Vec<DemoPerson>,
}

struct Position {
    name: &'static str,
    email: &'static str,
    role: Role,
    language: Option<&'static str>,
    address: &'static str,
    is_printed: bool,
}

const POSITIONS: [Position; 5] = [
    Position {
        name: "Alex Morgan",
        email: "admin@demo.example",
        role: Role::Admin,
        language: None,
        address: "192.0.2.10",
        is_printed: true,
    },
    Position {
        name: "Jana Brandt",
        email: "agent@demo.example",
        role: Role::Agent,
        language: None,
        address: "192.0.2.14",
        is_printed: true,
    },
    Position {
        name: "Tom Achterberg",
        email: "tom@demo.example",
        role: Role::Agent,
        language: Some("de"),
        address: "192.0.2.17",
        is_printed: false,
    },
    Position {
        name: "Marek Nowak",
        email: "marek@demo.example",
        role: Role::Agent,
        language: None,
        address: "192.0.2.21",
        is_printed: false,
    },
    Position {
        name: "Priya Raman",
        email: "viewer@demo.example",
        role: Role::Viewer,
        language: None,
        address: "192.0.2.30",
        is_printed: true,
    },
];

/// Creates the team.
pub(crate) fn create(ctx: &Context) -> anyhow::Result<Team> {
    let (mut actors, mut can_sign_in) = (Vec::new(), Vec::new());
    for position in &POSITIONS {
        let password = format!("{}-{}-{}", random_base62(6), random_base62(6), random_base62(6));
        let person = NewStaff {
            id: StaffId::random(),
            email: EmailAddress::stored(position.email.to_owned()),
            name: position.name.to_owned(),
            role: position.role,
            password_hash: Some(hash_password(&Password::entered(&password))?),
        };
        ctx.clock.advance(SignedDuration::from_mins(3));
        add(ctx, position, &person)?;
        if position.is_printed {
            can_sign_in.push(DemoPerson { email: position.email.to_owned(), password, role: position.role });
        }
        actors.push((
            position.role,
            Actor { who: Who::Staff(person.id), address: Some(position.address.to_owned()), request_id: None },
        ));
    }
    let of = |role: Role| actors.iter().filter(move |(other, _)| *other == role).map(|(_, actor)| actor.clone());
    let admin = of(Role::Admin).next().unwrap_or_else(|| Actor::system(SystemPart::Demo));
    Ok(Team { admin, agents: of(Role::Agent).collect(), can_sign_in })
}

fn add(ctx: &Context, position: &Position, person: &NewStaff) -> Result<(), StorageError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        staff::insert(tx, person, now)?;
        let chosen = Preferences {
            language: position.language.map(str::to_owned),
            theme: Theme::Auto,
            has_shortcuts: true,
            time_zone: None,
        };
        staff::set_preferences(tx, &person.id, &chosen, now)?;
        let changes = vec![Change::set("role", person.role.as_str())];
        let entry = NewAuditEntry::on(
            &Actor::system(SystemPart::CommandLine),
            AuditAction::StaffAdd,
            ObjectKind::Staff,
            &person.id,
            changes,
        );
        audit_log::append(tx, &ctx.keyring, &entry, now)
    })
}
