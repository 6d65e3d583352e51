CREATE OR REPLACE VIEW api.outage_class AS
SELECT c.outage_class AS class, c.name_ru, c.name_en, c.party, c.is_internet
  FROM reference.outage_class AS c;

COMMENT ON VIEW api.outage_class IS 'Where a path may break, whose it is to mend, and whether the school has no Internet meanwhile.';

CREATE OR REPLACE VIEW api.device_class AS
SELECT c.class, c.name_ru, c.name_en, c.form_rows, c.is_pc
  FROM reference.device_class AS c;

COMMENT ON VIEW api.device_class IS 'What a device may be, and the rows of form OO-2 that count it.';
