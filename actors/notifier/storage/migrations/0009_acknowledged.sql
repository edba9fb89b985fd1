ALTER TABLE incidents
    ADD COLUMN message uuid,
    ADD COLUMN acknowledged_at timestamptz,
    ADD COLUMN acknowledged_by text NOT NULL DEFAULT '';
COMMENT ON COLUMN incidents.message IS 'The message that reported it; what follows goes into its thread.';
COMMENT ON COLUMN incidents.acknowledged_at IS 'When an operator acknowledged it: there are no reminders after that.';
