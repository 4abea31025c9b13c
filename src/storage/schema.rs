//! One schema for both databases; a test compares it with the result of the migrations.

diesel::table! {
    installation (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    staff (id) {
        id -> Text,
        email -> Text,
        email_key -> Text,
        name -> Text,
        role -> Text,
        password_hash -> Text,
        language -> Nullable<Text>,
        theme -> Text,
        has_shortcuts -> Bool,
        time_zone -> Nullable<Text>,
        disabled_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
        password_set_at -> Nullable<BigInt>,
        last_signed_in_at -> Nullable<BigInt>,
        security_stamp -> BigInt,
        disabled_reason -> Nullable<Text>,
    }
}

diesel::table! {
    sessions (key_hash) {
        key_hash -> Binary,
        staff_id -> Nullable<Text>,
        state -> Text,
        created_at -> BigInt,
        last_used_at -> BigInt,
        expires_at -> BigInt,
        security_stamp -> BigInt,
    }
}

diesel::table! {
    sign_in_failures (subject) {
        subject -> Text,
        failures -> Integer,
        last_failed_at -> BigInt,
        blocked_until -> BigInt,
    }
}

diesel::table! {
    customers (id) {
        id -> Text,
        email -> Text,
        email_key -> Text,
        name -> Text,
        locale -> Text,
        phone_number -> Nullable<Text>,
        metadata -> Text,
        search_text -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        erased_at -> Nullable<BigInt>,
        merged_into -> Nullable<Text>,
    }
}

diesel::table! {
    products (id) {
        id -> Text,
        name -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    entitlements (id) {
        id -> Text,
        product_id -> Text,
        name -> Text,
        description -> Nullable<Text>,
        integration_type -> Text,
        fulfillment_mode -> Nullable<Text>,
        integration_config -> Text,
        metadata -> Text,
        is_active -> Bool,
        created_at -> BigInt,
        updated_at -> BigInt,
        deleted_at -> Nullable<BigInt>,
        delivery_settings -> Nullable<Text>,
    }
}

diesel::table! {
    license_keys (id) {
        id -> Text,
        customer_id -> Text,
        product_id -> Text,
        ciphertext -> Binary,
        value_hash -> Binary,
        last_four -> Text,
        source -> Text,
        status -> Text,
        activations_used -> Integer,
        activations_limit -> Nullable<Integer>,
        expires_at -> Nullable<BigInt>,
        expires_zone -> Nullable<Text>,
        payment_id -> Nullable<Text>,
        subscription_id -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
        copy -> Integer,
        folded_hash -> Nullable<Binary>,
        ending -> Nullable<Binary>,
        has_white_space -> Nullable<Bool>,
        expiry_source -> Nullable<Text>,
        is_link -> Bool,
    }
}

diesel::table! {
    grants (id) {
        id -> Text,
        customer_id -> Text,
        entitlement_id -> Text,
        license_key_id -> Nullable<Text>,
        integration_type -> Text,
        status -> Text,
        status_before_revocation -> Nullable<Text>,
        email_state -> Nullable<Text>,
        payment_id -> Nullable<Text>,
        subscription_id -> Nullable<Text>,
        external_id -> Nullable<Text>,
        customer_note -> Nullable<Text>,
        error_code -> Nullable<Text>,
        error_message -> Nullable<Text>,
        revocation_reason -> Nullable<Text>,
        metadata -> Text,
        held_by -> Nullable<Text>,
        held_since -> Nullable<BigInt>,
        held_until -> Nullable<BigInt>,
        delivered_by -> Nullable<Text>,
        delivered_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
        sale_line_id -> Nullable<Text>,
        sale_unit -> Nullable<Integer>,
        held_touched_at -> Nullable<BigInt>,
        failed_at -> Nullable<BigInt>,
        revoked_by -> Nullable<Text>,
    }
}

diesel::table! {
    grant_handling (grant_id) {
        grant_id -> Text,
        back_at -> Nullable<BigInt>,
        paused_since -> Nullable<BigInt>,
        pause_reason -> Nullable<Text>,
        pause_note -> Nullable<Text>,
        paused_total -> BigInt,
        assigned_to -> Nullable<Text>,
        closed_at -> Nullable<BigInt>,
        assigned_before -> Nullable<Text>,
    }
}

diesel::table! {
    saved_views (id) {
        id -> Text,
        owner_id -> Text,
        is_shared -> Bool,
        list -> Text,
        name -> Text,
        query -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    sales (id) {
        id -> Text,
        shop -> Text,
        customer_id -> Nullable<Text>,
        refund -> Nullable<Text>,
        refund_reason -> Nullable<Text>,
        refunded_at -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    sale_ids (value, kind, shop, copy) {
        shop -> Text,
        kind -> Text,
        value -> Text,
        copy -> Integer,
        sale_id -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    sale_lines (id) {
        id -> Text,
        sale_id -> Text,
        entitlement_id -> Text,
        shop_line_id -> Nullable<Text>,
        ordinal -> Integer,
        quantity -> Integer,
    }
}

diesel::table! {
    sale_renewals (sale_id, entitlement_id, number) {
        sale_id -> Text,
        entitlement_id -> Text,
        number -> Integer,
        payment_id -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    tasks (id) {
        id -> Text,
        subject -> Text,
        kind -> Text,
        sale_id -> Text,
        grant_id -> Text,
        customer_id -> Nullable<Text>,
        other_grant_id -> Nullable<Text>,
        payment_id -> Nullable<Text>,
        quantity -> Nullable<Integer>,
        note -> Nullable<Text>,
        created_at -> BigInt,
        settled_at -> Nullable<BigInt>,
        settled_by -> Nullable<Text>,
        decision -> Nullable<Text>,
    }
}

diesel::table! {
    product_words (word) {
        word -> Text,
        shown -> Text,
        entitlement_id -> Nullable<Text>,
        created_by -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    grant_integrations (grant_id) {
        grant_id -> Text,
        oauth_url -> Nullable<Text>,
        oauth_expires_at -> Nullable<BigInt>,
        digital_product_delivery -> Nullable<Text>,
        feature -> Nullable<Text>,
        accepted_at -> Nullable<BigInt>,
        accepted_by -> Nullable<Text>,
    }
}

diesel::table! {
    files (id) {
        id -> Text,
        name -> Text,
        note -> Nullable<Text>,
        content_type -> Text,
        size -> BigInt,
        sha256 -> Text,
        created_by -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    entitlement_files (entitlement_id, file_id) {
        entitlement_id -> Text,
        file_id -> Text,
        position -> Integer,
    }
}

diesel::table! {
    file_downloads (grant_id, file_id) {
        grant_id -> Text,
        file_id -> Text,
        count -> BigInt,
        first_at -> BigInt,
        last_at -> BigInt,
    }
}

diesel::table! {
    platform_invitations (grant_id) {
        grant_id -> Text,
        connection_id -> Text,
        target -> Text,
        username -> Text,
        invitation_id -> Nullable<Text>,
        state -> Text,
        trouble -> Nullable<Text>,
        trouble_detail -> Nullable<Text>,
        next_check_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    undo_windows (grant_id) {
        grant_id -> Text,
        opened_at -> BigInt,
        ends_at -> BigInt,
        idempotency_key -> Nullable<Text>,
        replaced_key_id -> Nullable<Text>,
        former_instances -> Nullable<Text>,
        is_seen -> Bool,
        undone_at -> Nullable<BigInt>,
        activations_limit -> Nullable<Integer>,
        expires_at -> Nullable<BigInt>,
        expires_zone -> Nullable<Text>,
    }
}

diesel::table! {
    replacements (old_license_key_id) {
        old_license_key_id -> Text,
        license_key_id -> Text,
        grant_id -> Text,
        reason -> Text,
        details -> Nullable<Text>,
        instances -> Text,
        customer_note -> Nullable<Text>,
        was_active -> Bool,
        batch_id -> Nullable<Text>,
        replaced_by -> Text,
        replaced_at -> BigInt,
    }
}

diesel::table! {
    outbox_messages (id) {
        id -> Text,
        kind -> Text,
        queue -> Text,
        grant_id -> Nullable<Text>,
        customer_id -> Nullable<Text>,
        ref_id -> Nullable<Text>,
        event_type -> Nullable<Text>,
        recipient -> Nullable<Text>,
        state -> Text,
        attempts -> Integer,
        next_attempt_at -> BigInt,
        lease_owner -> Nullable<Text>,
        lease_until -> Nullable<BigInt>,
        last_status -> Nullable<Integer>,
        last_reply -> Nullable<Text>,
        finished_at -> Nullable<BigInt>,
        created_at -> BigInt,
        unanswered -> Integer,
    }
}

diesel::table! {
    grant_moves (grant_id, number) {
        grant_id -> Text,
        number -> Integer,
        customer_id -> Text,
        moved_at -> BigInt,
    }
}

diesel::table! {
    outbox_attempts (message_id, number) {
        message_id -> Text,
        number -> Integer,
        outcome -> Text,
        reply -> Text,
        started_at -> BigInt,
        finished_at -> BigInt,
        url -> Nullable<Text>,
        request_headers -> Nullable<Text>,
        request_body -> Nullable<Text>,
        status -> Nullable<Integer>,
    }
}

diesel::table! {
    idempotency_keys (scope, key) {
        scope -> Text,
        key -> Text,
        fingerprint -> Binary,
        result_id -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    audit_entries (sequence) {
        sequence -> BigInt,
        id -> Text,
        at -> BigInt,
        actor_kind -> Text,
        actor_id -> Text,
        action -> Text,
        object_kind -> Text,
        object_id -> Text,
        grant_id -> Nullable<Text>,
        address -> Nullable<Text>,
        request_id -> Nullable<Text>,
        changes -> Text,
        mac -> Binary,
    }
}

diesel::table! {
    audit_seals (number) {
        number -> BigInt,
        first_sequence -> BigInt,
        last_sequence -> BigInt,
        entries -> BigInt,
        sealed_at -> BigInt,
        mac -> Binary,
    }
}
diesel::table! {
    api_keys (id) {
        id -> Text,
        name -> Text,
        role -> Text,
        token_hash -> Binary,
        last_four -> Text,
        expires_at -> Nullable<BigInt>,
        last_used_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
        created_at -> BigInt,
        created_by -> Nullable<Text>,
    }
}

diesel::table! {
    license_key_instances (id) {
        id -> Text,
        license_key_id -> Text,
        name -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    webhook_endpoints (id) {
        id -> Text,
        url -> Text,
        description -> Text,
        filter_types -> Nullable<Text>,
        metadata -> Text,
        secret -> Binary,
        old_secret -> Nullable<Binary>,
        old_secret_until -> Nullable<BigInt>,
        is_disabled -> Bool,
        failing_since -> Nullable<BigInt>,
        switched_off_at -> Nullable<BigInt>,
        deleted_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    staff_links (id) {
        id -> Text,
        staff_id -> Text,
        purpose -> Text,
        language -> Text,
        token_hash -> Binary,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    staff_totp (staff_id) {
        staff_id -> Text,
        secret -> Binary,
        last_step -> BigInt,
        created_at -> BigInt,
        confirmed_at -> BigInt,
    }
}

diesel::table! {
    staff_recovery_codes (staff_id, code_hash) {
        staff_id -> Text,
        code_hash -> Binary,
        created_at -> BigInt,
    }
}

diesel::table! {
    staff_passkeys (id) {
        id -> Text,
        staff_id -> Text,
        name -> Text,
        credential_id -> Binary,
        credential -> Text,
        created_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    staff_identities (issuer, subject) {
        issuer -> Text,
        subject -> Text,
        staff_id -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    address_changes (id) {
        id -> Text,
        customer_id -> Text,
        new_customer_id -> Nullable<Text>,
        grant_id -> Nullable<Text>,
        actor_kind -> Text,
        actor_id -> Text,
        old_address -> Nullable<Text>,
        new_address -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    reveals (id) {
        id -> Text,
        grant_id -> Text,
        staff_id -> Text,
        reason -> Nullable<Text>,
        created_at -> BigInt,
        customer_id -> Nullable<Text>,
    }
}

diesel::table! {
    encryption_keys (id) {
        id -> Text,
        wrapped -> Binary,
        created_at -> BigInt,
        completed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    jobs (id) {
        id -> Text,
        kind -> Text,
        state -> Text,
        cursor -> Text,
        done -> BigInt,
        total -> Nullable<BigInt>,
        lease_owner -> Nullable<Text>,
        lease_until -> Nullable<BigInt>,
        last_error -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
        finished_at -> Nullable<BigInt>,
        subject -> Nullable<Text>,
        started_by -> Nullable<Text>,
    }
}

diesel::table! {
    bulk_runs (id) {
        id -> Text,
        staff_id -> Text,
        action -> Text,
        list -> Text,
        content -> Binary,
        reason -> Nullable<Text>,
        pause_reason -> Nullable<Text>,
        paused_until -> Nullable<BigInt>,
        created_at -> BigInt,
        expires_at -> BigInt,
        confirmed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    bulk_grants (run_id, position) {
        run_id -> Text,
        position -> Integer,
        grant_id -> Text,
        seen -> Binary,
        outcome -> Nullable<Text>,
        reason -> Nullable<Text>,
        done_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    batches (id) {
        id -> Text,
        entitlement_id -> Text,
        supplier -> Nullable<Text>,
        reference -> Nullable<Text>,
        note -> Nullable<Text>,
        received_at -> BigInt,
        use_before -> Nullable<BigInt>,
        recalled_at -> Nullable<BigInt>,
        recall_reason -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    sale_imports (id) {
        id -> Text,
        staff_id -> Text,
        file_name -> Text,
        source -> Binary,
        settings -> Text,
        layout -> Text,
        version -> BigInt,
        kinds -> Text,
        counts -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        confirmed_at -> Nullable<BigInt>,
        finished_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    sale_import_parts (id) {
        id -> Text,
        import_id -> Text,
        version -> BigInt,
        number -> BigInt,
        content -> Binary,
    }
}

diesel::table! {
    column_mappings (id) {
        id -> Text,
        name -> Text,
        headers_hash -> Text,
        fields -> Text,
        created_by -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    stock_counts (batch_id, shard) {
        batch_id -> Text,
        shard -> Integer,
        available -> BigInt,
        issued -> BigInt,
        quarantined -> BigInt,
        discarded -> BigInt,
    }
}

diesel::table! {
    stock_keys (id) {
        id -> Text,
        entitlement_id -> Text,
        batch_id -> Text,
        ciphertext -> Binary,
        value_hash -> Nullable<Binary>,
        folded_hash -> Nullable<Binary>,
        last_four -> Text,
        has_white_space -> Bool,
        state -> Text,
        use_before -> BigInt,
        position -> BigInt,
        reserved_for -> Nullable<Text>,
        reserved_until -> Nullable<BigInt>,
        issued_at -> Nullable<BigInt>,
        license_key_id -> Nullable<Text>,
        reason -> Nullable<Text>,
        changed_at -> BigInt,
    }
}

diesel::table! {
    stock_uploads (id) {
        id -> Text,
        staff_id -> Text,
        entitlement_id -> Text,
        content -> Binary,
        supplier -> Nullable<Text>,
        reference -> Nullable<Text>,
        note -> Nullable<Text>,
        received_at -> BigInt,
        use_before -> Nullable<BigInt>,
        serve -> Bool,
        rejected -> Nullable<Text>,
        created_at -> BigInt,
        expires_at -> BigInt,
        confirmed_at -> Nullable<BigInt>,
        batch_id -> Nullable<Text>,
    }
}

diesel::table! {
    stock_alerts (entitlement_id) {
        entitlement_id -> Text,
        raised_at -> BigInt,
        hidden_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    notes (id) {
        id -> Text,
        customer_id -> Text,
        grant_id -> Nullable<Text>,
        text -> Text,
        author_id -> Text,
        created_at -> BigInt,
        search_text -> Text,
    }
}

diesel::table! {
    metadata_values (value, object_kind, object_id) {
        value -> Text,
        object_kind -> Text,
        object_id -> Text,
    }
}

diesel::table! {
    connections (id) {
        id -> Text,
        kind -> Text,
        name -> Text,
        api_url -> Text,
        account -> Nullable<Text>,
        state -> Text,
        broken_reason -> Nullable<Text>,
        sends_email -> Bool,
        poll_every -> Integer,
        may_supply -> Nullable<Bool>,
        may_make_webhook -> Nullable<Bool>,
        remote_webhook_id -> Nullable<Text>,
        next_poll_at -> BigInt,
        polled_at -> Nullable<BigInt>,
        poll_error -> Nullable<Text>,
        hook_at -> Nullable<BigInt>,
        calls_left -> Nullable<BigInt>,
        calls_limit -> Nullable<BigInt>,
        calls_at -> Nullable<BigInt>,
        lease_owner -> Nullable<Text>,
        lease_until -> Nullable<BigInt>,
        created_by -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
        shop -> Nullable<Text>,
        on_refund -> Text,
        on_test -> Text,
    }
}

diesel::table! {
    connection_secrets (id) {
        id -> Text,
        connection_id -> Text,
        kind -> Text,
        ciphertext -> Binary,
        last_four -> Text,
        created_at -> BigInt,
        ends_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    mirrored_entitlements (entitlement_id) {
        entitlement_id -> Text,
        connection_id -> Text,
        is_listed -> Bool,
        seen_at -> BigInt,
    }
}

diesel::table! {
    mirrored_customers (connection_id, remote_id) {
        connection_id -> Text,
        remote_id -> Text,
        customer_id -> Text,
        seen_at -> BigInt,
    }
}

diesel::table! {
    mirrored_grants (grant_id) {
        grant_id -> Text,
        connection_id -> Text,
        remote_customer_id -> Text,
        remote_status -> Text,
        remote_updated_at -> Nullable<BigInt>,
        quantity -> Nullable<Integer>,
        seen_at -> BigInt,
        trouble -> Nullable<Text>,
        trouble_detail -> Nullable<Text>,
        trouble_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    hooks (id) {
        id -> Text,
        connection_id -> Text,
        delivery_id -> Text,
        event_type -> Text,
        body -> Binary,
        result -> Nullable<Text>,
        received_at -> BigInt,
        finished_at -> Nullable<BigInt>,
        about -> Nullable<Text>,
        detail -> Nullable<Text>,
        grant_id -> Nullable<Text>,
    }
}

diesel::table! {
    connection_events (id) {
        id -> Text,
        connection_id -> Text,
        at -> BigInt,
        what -> Text,
        detail -> Nullable<Text>,
        calls -> Nullable<Integer>,
        grant_id -> Nullable<Text>,
        is_ok -> Bool,
    }
}

diesel::table! {
    held_sales (id) {
        id -> Text,
        connection_id -> Text,
        hook_id -> Text,
        shop -> Text,
        order_key -> Text,
        label -> Text,
        why -> Text,
        word -> Text,
        shown -> Text,
        title -> Text,
        created_at -> BigInt,
        settled_at -> Nullable<BigInt>,
        settled_by -> Nullable<Text>,
        decision -> Nullable<Text>,
    }
}

diesel::table! {
    shop_lines (shop, order_id, line_id) {
        shop -> Text,
        order_id -> Text,
        line_id -> Text,
        entitlement_id -> Nullable<Text>,
        quantity -> Integer,
        refunded -> Integer,
    }
}

diesel::joinable!(product_words -> entitlements (entitlement_id));
diesel::joinable!(sessions -> staff (staff_id));
diesel::joinable!(entitlements -> products (product_id));
diesel::joinable!(license_keys -> customers (customer_id));
diesel::joinable!(license_keys -> products (product_id));
diesel::joinable!(grants -> customers (customer_id));
diesel::joinable!(grants -> entitlements (entitlement_id));
diesel::joinable!(grants -> license_keys (license_key_id));
diesel::joinable!(grants -> staff (held_by));
diesel::joinable!(grants -> sale_lines (sale_line_id));
diesel::joinable!(sales -> customers (customer_id));
diesel::joinable!(sale_ids -> sales (sale_id));
diesel::joinable!(sale_lines -> sales (sale_id));
diesel::joinable!(tasks -> customers (customer_id));
diesel::joinable!(grant_integrations -> grants (grant_id));
diesel::joinable!(grant_handling -> grants (grant_id));
diesel::joinable!(outbox_messages -> grants (grant_id));
diesel::joinable!(outbox_attempts -> outbox_messages (message_id));
diesel::joinable!(license_key_instances -> license_keys (license_key_id));
diesel::joinable!(staff_links -> staff (staff_id));
diesel::joinable!(reveals -> staff (staff_id));
diesel::joinable!(connection_secrets -> connections (connection_id));
diesel::joinable!(mirrored_entitlements -> connections (connection_id));
diesel::joinable!(mirrored_entitlements -> entitlements (entitlement_id));
diesel::joinable!(mirrored_customers -> customers (customer_id));
diesel::joinable!(mirrored_grants -> connections (connection_id));
diesel::joinable!(mirrored_grants -> grants (grant_id));
diesel::joinable!(notes -> staff (author_id));
diesel::joinable!(saved_views -> staff (owner_id));
diesel::joinable!(sale_imports -> staff (staff_id));
diesel::joinable!(sale_import_parts -> sale_imports (import_id));

diesel::joinable!(batches -> entitlements (entitlement_id));
diesel::joinable!(stock_counts -> batches (batch_id));
diesel::joinable!(stock_keys -> batches (batch_id));
diesel::joinable!(stock_keys -> license_keys (license_key_id));
diesel::joinable!(entitlement_files -> files (file_id));
diesel::joinable!(platform_invitations -> grants (grant_id));
diesel::joinable!(bulk_grants -> grants (grant_id));
diesel::joinable!(held_sales -> connections (connection_id));
diesel::joinable!(held_sales -> hooks (hook_id));
diesel::joinable!(undo_windows -> grants (grant_id));
diesel::joinable!(replacements -> grants (grant_id));
diesel::joinable!(replacements -> batches (batch_id));
diesel::joinable!(stock_alerts -> entitlements (entitlement_id));

diesel::allow_tables_to_appear_in_same_query!(
    installation,
    staff,
    sessions,
    sign_in_failures,
    customers,
    products,
    entitlements,
    license_keys,
    grants,
    grant_integrations,
    grant_handling,
    outbox_messages,
    outbox_attempts,
    idempotency_keys,
    audit_entries,
    audit_seals,
    api_keys,
    license_key_instances,
    webhook_endpoints,
    staff_links,
    staff_totp,
    staff_recovery_codes,
    staff_passkeys,
    staff_identities,
    address_changes,
    reveals,
    encryption_keys,
    grant_moves,
    jobs,
    sales,
    sale_ids,
    sale_lines,
    sale_renewals,
    tasks,
    batches,
    stock_counts,
    stock_keys,
    stock_uploads,
    sale_imports,
    sale_import_parts,
    column_mappings,
    stock_alerts,
    notes,
    metadata_values,
    saved_views,
    connections,
    connection_secrets,
    mirrored_entitlements,
    mirrored_customers,
    mirrored_grants,
    hooks,
    connection_events,
    files,
    entitlement_files,
    file_downloads,
    platform_invitations,
    product_words,
    bulk_runs,
    bulk_grants,
    held_sales,
    shop_lines,
    undo_windows,
    replacements,
);
