// The ledger's tables. Migrations are appended, never changed.

internal import PortGroupModel
internal import SQLStores

enum LedgerSchema {
  /// "cupL" in ASCII, in the header of every ledger.
  static let applicationID: Int32 = 0x6375_704C

  /// The schema; a ledger with active runs is not converted.
  static func schema(_ ownerState: @escaping @Sendable (RunOwner) -> OwnerState) -> Schema {
    Schema(
      applicationID: applicationID,
      migrations: [
        runsAndRows, verifiedTargets, times, exportedFiles, moments, attempts, originsAndRechecks,
        workLists(ownerState), orderKeys, exportsAsRows(ownerState), sessionsAndInputs, agreedPlans,
        contentDigests, planFiles,
      ])
  }

  /// Rows are numbered `run << 32 | number in the run`, so that a run's rows are stored together in file order.
  private static let runsAndRows = Migration(
    "runs and rows",
    sql: """
      CREATE TABLE runs (
        run INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        parent INTEGER REFERENCES runs ON DELETE SET NULL,
        source TEXT NOT NULL,
        target TEXT NOT NULL,
        target_identity TEXT,
        options TEXT NOT NULL,          -- JSON; no secrets
        tool_version TEXT NOT NULL,
        owner_pid INTEGER NOT NULL,
        owner_start TEXT NOT NULL,
        started TEXT NOT NULL,          -- times are UTC, ISO 8601
        staged TEXT,                    -- NULL: still staging, invisible
        row_count INTEGER NOT NULL DEFAULT 0,
        ended TEXT,
        ending TEXT,
        ending_reason TEXT,
        exit_code INTEGER
      ) STRICT;
      CREATE INDEX runs_by_parent ON runs (parent);

      CREATE TABLE files (
        run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        file INTEGER NOT NULL,
        name TEXT NOT NULL,
        dialect TEXT NOT NULL,
        PRIMARY KEY (run, file)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE groups (
        group_id INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        object_id TEXT NOT NULL,
        name TEXT NOT NULL,
        integration INTEGER,
        is_open INTEGER NOT NULL DEFAULT 1,
        owes_read_back INTEGER NOT NULL DEFAULT 0,
        needs_reset INTEGER NOT NULL DEFAULT 0,
        before_image TEXT,              -- the servers as listed before the batch
        journaled TEXT,
        UNIQUE (run, object_id)
      ) STRICT;
      CREATE INDEX open_groups ON groups (run, group_id) WHERE is_open = 1;

      -- What the rows call their groups; each spelling once a run ('' and 0: not given).
      CREATE TABLE group_references (
        reference INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        object_id TEXT NOT NULL,
        name TEXT NOT NULL,
        integration INTEGER NOT NULL,
        group_id INTEGER REFERENCES groups,
        UNIQUE (run, object_id, name, integration)
      ) STRICT;
      CREATE INDEX references_by_group ON group_references (group_id);

      CREATE TABLE rows (
        row INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        file INTEGER NOT NULL,
        record INTEGER NOT NULL,
        line INTEGER NOT NULL,
        state TEXT NOT NULL,
        reason TEXT,                    -- of a pending row; the code of a failed one
        detail TEXT,                    -- the server's sentence
        operation TEXT,                 -- NULL, as the next ones: the record was not understood
        reference INTEGER REFERENCES group_references,
        full_key TEXT,
        service INTEGER,
        precedence INTEGER,
        fields TEXT,
        matching TEXT,
        origin INTEGER,                 -- the row of an earlier run that it tries again or undoes
        raw TEXT NOT NULL
      ) STRICT;
      CREATE INDEX rows_by_state ON rows (run, state);
      CREATE INDEX rows_by_reference ON rows (reference) WHERE reference IS NOT NULL;
      CREATE INDEX rows_to_delete ON rows (run) WHERE operation = 'delete';
      CREATE INDEX rows_by_origin ON rows (origin) WHERE origin IS NOT NULL;

      -- What was meant (intent, before it is sent) and what came of it (effect), once a row.
      CREATE TABLE journal (
        row INTEGER PRIMARY KEY REFERENCES rows ON DELETE CASCADE,
        action TEXT,                    -- create, update or delete
        sent_fields TEXT,
        target_id TEXT,
        journaled TEXT,
        is_open INTEGER NOT NULL,       -- 1: the intent has no outcome yet
        sent TEXT,
        effect TEXT,
        effect_id TEXT,
        before TEXT,
        after TEXT,
        verdict TEXT
      ) STRICT;

      CREATE TABLE diagnostics (
        number INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        row INTEGER REFERENCES rows ON DELETE CASCADE,
        severity TEXT NOT NULL,
        code TEXT NOT NULL,
        file TEXT NOT NULL,
        line INTEGER NOT NULL,
        column_number INTEGER NOT NULL,
        record INTEGER NOT NULL,
        field TEXT NOT NULL,
        value TEXT NOT NULL,
        message TEXT NOT NULL,
        hint TEXT NOT NULL
      ) STRICT;
      CREATE INDEX diagnostics_by_run ON diagnostics (run);
      CREATE INDEX diagnostics_by_row ON diagnostics (row);

      CREATE TABLE exported_servers (
        number INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        group_id INTEGER NOT NULL REFERENCES groups,
        object_id TEXT NOT NULL,
        service INTEGER,
        precedence INTEGER,
        host TEXT,
        host_v6 TEXT,
        port INTEGER,
        tls_port INTEGER,
        fields TEXT NOT NULL
      ) STRICT;
      CREATE INDEX exported_by_group ON exported_servers (group_id);
      CREATE INDEX exported_by_run ON exported_servers (run);
      """)

  private static let verifiedTargets = Migration(
    "verified targets",
    sql: "ALTER TABLE runs ADD COLUMN target_verified INTEGER NOT NULL DEFAULT 1")

  private static let times = Migration(
    "times of groups and waits",
    sql: """
      -- How long the group was worked on, over all processes; 0: not at all, or not known.
      ALTER TABLE groups ADD COLUMN took_ms INTEGER NOT NULL DEFAULT 0;

      CREATE TABLE waits (
        run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        cause TEXT NOT NULL,
        count INTEGER NOT NULL,
        took_ms INTEGER NOT NULL,
        PRIMARY KEY (run, cause)
      ) STRICT, WITHOUT ROWID;
      """)

  private static let exportedFiles = Migration(
    "exported files",
    sql: """
      -- The file that an export wrote, as its content tells, and the version of the server that it read.
      CREATE TABLE exported_files (
        run INTEGER PRIMARY KEY REFERENCES runs ON DELETE CASCADE,
        size INTEGER NOT NULL,
        checksum INTEGER NOT NULL,
        version TEXT NOT NULL
      ) STRICT;
      CREATE INDEX exported_files_by_size ON exported_files (size);
      """)

  private static let moments = Migration(
    "moments and namespaces",
    sql: """
      -- When the last write left, on the clock of one boot: a wall clock may be set. See `Moment`.
      ALTER TABLE journal ADD COLUMN sent_boot TEXT;
      ALTER TABLE journal ADD COLUMN sent_uptime_ms INTEGER;
      -- In which pid namespace the owner has its number; NULL: not known.
      ALTER TABLE runs ADD COLUMN owner_namespace TEXT;
      -- How long its processes worked on the run; NULL: not known.
      ALTER TABLE runs ADD COLUMN took_ms INTEGER;
      """)

  private static let attempts = Migration(
    "attempts",
    sql: """
      -- 1: a dry run, of which the attempt alone is kept.
      ALTER TABLE runs ADD COLUMN is_dry INTEGER NOT NULL DEFAULT 0;
      -- 1: being removed, invisible.
      ALTER TABLE runs ADD COLUMN is_removed INTEGER NOT NULL DEFAULT 0;
      """)

  /// Columns for facts that SQL which both SQLite and PostgreSQL accept cannot find, or not quickly.
  private static let originsAndRechecks = Migration(
    "origins and rechecks",
    sql: """
      -- To which earlier runs the rows of a run go back; those may be gone.
      CREATE TABLE origins (
        run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        earlier INTEGER NOT NULL,
        PRIMARY KEY (run, earlier)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO origins (run, earlier)
        SELECT DISTINCT run, origin >> 32 FROM rows WHERE origin IS NOT NULL;

      -- 1: what the row says may not fit its group, whatever its service.
      ALTER TABLE rows ADD COLUMN needs_recheck INTEGER NOT NULL DEFAULT 0;
      UPDATE rows SET needs_recheck = 1 WHERE instr(fields, 'SkinnyStateMachineEnum') > 0;
      """)

  /// Lists are read in pages by key, so that none is open while something is written.
  private static func workLists(
    _ ownerState: @escaping @Sendable (RunOwner) -> OwnerState
  ) -> Migration {
    Migration(
      "work lists",
      sql: """
        -- Lists that are judged while the rows that they are about change: see `WorkList`.
        CREATE TABLE work (
          run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
          list TEXT NOT NULL,
          row INTEGER NOT NULL,
          other INTEGER NOT NULL,
          count INTEGER NOT NULL,
          PRIMARY KEY (run, list, row)
        ) STRICT, WITHOUT ROWID;

        DROP INDEX diagnostics_by_run;
        CREATE INDEX diagnostics_in_order ON diagnostics (run, row, number);
        """
    ) { session in
      // The first of the changes that a process of an earlier version would not survive.
      try ExportConversion(session, ownerState).refuseIfRunIsActive()
      return .done
    }
  }

  private static let orderKeys = Migration(
    "order keys",
    sql: """
      -- The place of an exported server in its file, see `ExportOrder`; NULL: a row of an input file.
      ALTER TABLE rows ADD COLUMN order_key BLOB;
      CREATE INDEX rows_in_order ON rows (run, order_key, row) WHERE order_key IS NOT NULL;
      """)

  /// Exported servers had their own table in earlier versions; as rows they are read like any run.
  private static func exportsAsRows(
    _ ownerState: @escaping @Sendable (RunOwner) -> OwnerState
  ) -> Migration {
    Migration("exports as rows", sql: "DROP TABLE exported_servers") { session in
      try ExportConversion(session, ownerState).convertNext()
    }
  }

  private static let sessionsAndInputs = Migration(
    "sessions and inputs",
    sql: """
      -- The work of one process on a run; runs of earlier versions have none before their next resume.
      CREATE TABLE sessions (
        run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        session INTEGER NOT NULL,
        who TEXT,
        tool_version TEXT NOT NULL,
        command TEXT,                   -- as typed; no secrets
        ticket TEXT,
        note TEXT,
        started TEXT NOT NULL,
        ended TEXT,                     -- NULL: works, or crashed
        ending TEXT,
        ending_reason TEXT,
        exit_code INTEGER,
        owner_pid INTEGER NOT NULL,
        owner_start TEXT NOT NULL,
        owner_namespace TEXT,
        PRIMARY KEY (run, session)
      ) STRICT, WITHOUT ROWID;

      -- The files that an import has read; kept if it is abandoned.
      CREATE TABLE inputs (
        run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        input INTEGER NOT NULL,
        name TEXT NOT NULL,
        size INTEGER,                   -- NULL: not read to its end
        sha256 TEXT,
        PRIMARY KEY (run, input)
      ) STRICT, WITHOUT ROWID;
      """)

  private static let agreedPlans = Migration(
    "agreed plans",
    sql: """
      -- When somebody was first asked whether to send the plan of a run, and when somebody agreed; NULL: not.
      ALTER TABLE runs ADD COLUMN asked TEXT;
      ALTER TABLE runs ADD COLUMN agreed TEXT;
      -- The target's name when the run began; NULL: its URL was typed.
      ALTER TABLE runs ADD COLUMN target_name TEXT;

      -- The plan as it was shown, a row of the run each; see `PlanComparison`.
      CREATE TABLE plans (
        row INTEGER PRIMARY KEY REFERENCES rows ON DELETE CASCADE,
        action TEXT,                    -- create, update or delete; NULL: nothing is sent
        code TEXT,                      -- why the row is refused
        server TEXT,                    -- the server that is changed, or is already as the row says
        sent_fields TEXT,
        found TEXT                      -- the server as it was found
      ) STRICT;
      """)

  private static let contentDigests = Migration(
    "content digests",
    sql: """
      -- Of what an export wrote, before it was compressed; NULL: not known.
      ALTER TABLE exported_files ADD COLUMN content_size INTEGER;
      ALTER TABLE exported_files ADD COLUMN sha256 TEXT;
      CREATE INDEX exported_files_by_content ON exported_files (content_size)
        WHERE content_size IS NOT NULL;
      """)

  private static let planFiles = Migration(
    "plan files",
    sql: """
      -- The place of a group among those of its run: by name, see `PortGroup.orderKey`.
      ALTER TABLE groups ADD COLUMN order_key BLOB NOT NULL DEFAULT x'';
      UPDATE groups SET order_key = CAST(name || char(0) || object_id AS BLOB);
      DROP INDEX open_groups;
      CREATE INDEX open_groups ON groups (run, order_key) WHERE is_open = 1;
      CREATE INDEX groups_by_name ON groups (run, order_key);

      -- Of a group whose plan is written to a file: its servers, and those that no row names. Of a step of a plan file
      -- that gives a server a new key: how many servers of that key the plan has seen that are in no other step.
      ALTER TABLE groups ADD COLUMN listed TEXT;
      ALTER TABLE groups ADD COLUMN extra TEXT;
      ALTER TABLE plans ADD COLUMN beside INTEGER NOT NULL DEFAULT 0;

      -- The plan file that a run applies: the fingerprint of the plan, and the SHA-256 of the file.
      ALTER TABLE runs ADD COLUMN plan_fingerprint TEXT;
      ALTER TABLE runs ADD COLUMN plan_sha256 TEXT;
      CREATE INDEX runs_by_plan ON runs (plan_sha256) WHERE plan_sha256 IS NOT NULL;

      -- What the user calls the run, so that it is done once, and the digest of what it was to do.
      ALTER TABLE runs ADD COLUMN run_key TEXT;
      ALTER TABLE runs ADD COLUMN key_inputs TEXT;
      CREATE INDEX runs_by_key ON runs (run_key) WHERE run_key IS NOT NULL;
      """)
}
