-- The search key of a text: without case, accents and needless spaces; "nguyen van hoa" for "Nguyễn Văn Hoà"
-- and for "Nguyễn Văn Hòa". The same as SearchText.fold in Swift, for every text; a test compares them.
--
-- Only code points decide, no locale: an index on motcua.fold(name) stays right when the operating system's
-- collations change. Accents are removed from the decomposed text, so the place of the tone mark is lost with
-- it; letters with strokes (đ, ø, ł…) have no decomposition and are translated, as are Greek and Cyrillic
-- capitals. A single expression, so that the planner can put it in the query itself.
CREATE FUNCTION motcua.fold(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN btrim(
  regexp_replace(
    translate(
      regexp_replace(
        lower(normalize(name, NFD) COLLATE "C"),
        '[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]+', '', 'g'),
      'ĐđÐðØøŁłĦħıÆŒÞ'
      'ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ'
      'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЂЄЅІЇЈЉЊЋЏ',
      'ddddoollhhiæœþ'
      'αβγδεζηθικλμνξοπρστυφχψω'
      'абвгдежзийклмнопрстуфхцчшщъыьэюяђєѕіїјљњћџ'),
    '[\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+', ' ', 'g'),
  ' ');

COMMENT ON FUNCTION motcua.fold(text) IS
  'Search key: no case, no accents, đ = d, single spaces. Equal to SearchText.fold.';
