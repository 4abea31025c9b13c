-- A person has one subject at each provider. Where two were bound the older one stays, and since nobody can tell which
-- of the two opened a session, the person's sessions end.
DELETE FROM sessions WHERE staff_id IN (
    SELECT staff_id FROM staff_identities GROUP BY issuer, staff_id HAVING COUNT(*) > 1
);
DELETE FROM staff_identities WHERE EXISTS (
    SELECT 1 FROM staff_identities AS older
    WHERE older.issuer = staff_identities.issuer
        AND older.staff_id = staff_identities.staff_id
        AND (older.created_at < staff_identities.created_at
            OR (older.created_at = staff_identities.created_at AND older.subject < staff_identities.subject))
);
CREATE UNIQUE INDEX staff_identities_issuer_staff_id ON staff_identities (issuer, staff_id);
