"""The main line: hospital, departments, facts, roll-ups, batches, targets, audit."""

import sqlalchemy as sa
from alembic import op

from core.store.dialects import dialect_of
from core.store.types import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "hospital",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "column_mapping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hospital_id"],
            ["hospital.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_column_mapping_hospital_id"), "column_mapping", ["hospital_id"], unique=False
    )
    op.create_table(
        "cost_item",
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hospital_id"],
            ["hospital.id"],
        ),
        sa.PrimaryKeyConstraint("hospital_id", "code"),
    )
    op.create_table(
        "department",
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("beds", sa.Integer(), nullable=True),
        sa.Column("opened", sa.Integer(), nullable=True),
        sa.Column("closed", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hospital_id"],
            ["hospital.id"],
        ),
        sa.PrimaryKeyConstraint("hospital_id", "code"),
    )
    op.create_table(
        "driver_item",
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hospital_id"],
            ["hospital.id"],
        ),
        sa.PrimaryKeyConstraint("hospital_id", "code"),
    )
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("month_first", sa.Integer(), nullable=False),
        sa.Column("month_last", sa.Integer(), nullable=False),
        sa.Column("control_total", sa.String(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hospital_id"],
            ["hospital.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_import_batch_hospital_id"), "import_batch", ["hospital_id"], unique=False
    )
    op.create_table(
        "rollup_month",
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hospital_id"],
            ["hospital.id"],
        ),
        sa.PrimaryKeyConstraint("hospital_id", "month", "measure", "department"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hospital_id"],
            ["hospital.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_staff_hospital_id"), "staff", ["hospital_id"], unique=False)
    op.create_table(
        "target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("month_from", sa.Integer(), nullable=False),
        sa.Column("month_to", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("low", sa.Float(), nullable=True),
        sa.Column("high", sa.Float(), nullable=True),
        sa.Column("watch_low", sa.Float(), nullable=True),
        sa.Column("watch_high", sa.Float(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hospital_id"],
            ["hospital.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_target_hospital_id"), "target", ["hospital_id"], unique=False)
    op.create_table(
        "direct_cost",
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("remark", sa.String(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["hospital_id", "department"],
            ["department.hospital_id", "department.code"],
        ),
        sa.ForeignKeyConstraint(
            ["hospital_id", "element"],
            ["cost_item.hospital_id", "cost_item.code"],
        ),
        sa.PrimaryKeyConstraint("hospital_id", "month", "department", "element", "unit"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "direct_cost_history",
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("remark", sa.String(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("replaced_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["replaced_by"],
            ["import_batch.id"],
        ),
        sa.PrimaryKeyConstraint(
            "hospital_id", "month", "department", "element", "unit", "replaced_by"
        ),
    )
    op.create_table(
        "driver_quantity",
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("driver", sa.String(), nullable=False),
        sa.Column("quantity", sa.Float(), nullable=False),
        sa.Column("remark", sa.String(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["hospital_id", "department"],
            ["department.hospital_id", "department.code"],
        ),
        sa.ForeignKeyConstraint(
            ["hospital_id", "driver"],
            ["driver_item.hospital_id", "driver_item.code"],
        ),
        sa.PrimaryKeyConstraint("hospital_id", "month", "department", "driver"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "driver_quantity_history",
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("driver", sa.String(), nullable=False),
        sa.Column("quantity", sa.Float(), nullable=False),
        sa.Column("remark", sa.String(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("replaced_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["replaced_by"],
            ["import_batch.id"],
        ),
        sa.PrimaryKeyConstraint("hospital_id", "month", "department", "driver", "replaced_by"),
    )
    op.create_table(
        "income",
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("ordering", sa.String(), nullable=False),
        sa.Column("performing", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("remark", sa.String(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["hospital_id", "ordering"],
            ["department.hospital_id", "department.code"],
        ),
        sa.ForeignKeyConstraint(
            ["hospital_id", "performing"],
            ["department.hospital_id", "department.code"],
        ),
        sa.PrimaryKeyConstraint(
            "hospital_id", "month", "ordering", "performing", "unit", "category"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "income_history",
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("ordering", sa.String(), nullable=False),
        sa.Column("performing", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("remark", sa.String(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("replaced_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["replaced_by"],
            ["import_batch.id"],
        ),
        sa.PrimaryKeyConstraint(
            "hospital_id", "month", "ordering", "performing", "unit", "category", "replaced_by"
        ),
    )
    op.create_table(
        "workload",
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("outpatient_visits", sa.Integer(), nullable=True),
        sa.Column("emergency_visits", sa.Integer(), nullable=True),
        sa.Column("checkup_visits", sa.Integer(), nullable=True),
        sa.Column("admissions", sa.Integer(), nullable=True),
        sa.Column("discharges", sa.Integer(), nullable=True),
        sa.Column("transfers_in", sa.Integer(), nullable=True),
        sa.Column("transfers_out", sa.Integer(), nullable=True),
        sa.Column("in_bed_start", sa.Integer(), nullable=True),
        sa.Column("in_bed_end", sa.Integer(), nullable=True),
        sa.Column("bed_days_used", sa.Integer(), nullable=True),
        sa.Column("bed_days_open", sa.Integer(), nullable=True),
        sa.Column("discharged_bed_days", sa.Integer(), nullable=True),
        sa.Column("surgeries", sa.Integer(), nullable=True),
        sa.Column("level4_surgeries", sa.Integer(), nullable=True),
        sa.Column("minimally_invasive_surgeries", sa.Integer(), nullable=True),
        sa.Column("elective_surgeries", sa.Integer(), nullable=True),
        sa.Column("day_surgeries", sa.Integer(), nullable=True),
        sa.Column("remark", sa.String(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["hospital_id", "department"],
            ["department.hospital_id", "department.code"],
        ),
        sa.PrimaryKeyConstraint("hospital_id", "month", "department"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "workload_history",
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("outpatient_visits", sa.Integer(), nullable=True),
        sa.Column("emergency_visits", sa.Integer(), nullable=True),
        sa.Column("checkup_visits", sa.Integer(), nullable=True),
        sa.Column("admissions", sa.Integer(), nullable=True),
        sa.Column("discharges", sa.Integer(), nullable=True),
        sa.Column("transfers_in", sa.Integer(), nullable=True),
        sa.Column("transfers_out", sa.Integer(), nullable=True),
        sa.Column("in_bed_start", sa.Integer(), nullable=True),
        sa.Column("in_bed_end", sa.Integer(), nullable=True),
        sa.Column("bed_days_used", sa.Integer(), nullable=True),
        sa.Column("bed_days_open", sa.Integer(), nullable=True),
        sa.Column("discharged_bed_days", sa.Integer(), nullable=True),
        sa.Column("surgeries", sa.Integer(), nullable=True),
        sa.Column("level4_surgeries", sa.Integer(), nullable=True),
        sa.Column("minimally_invasive_surgeries", sa.Integer(), nullable=True),
        sa.Column("elective_surgeries", sa.Integer(), nullable=True),
        sa.Column("day_surgeries", sa.Integer(), nullable=True),
        sa.Column("remark", sa.String(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("replaced_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["replaced_by"],
            ["import_batch.id"],
        ),
        sa.PrimaryKeyConstraint("hospital_id", "month", "department", "replaced_by"),
    )
    for statement in dialect_of(op.get_bind().engine.url).append_only("audit"):
        op.execute(statement)
