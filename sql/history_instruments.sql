-- The instruments whose hours of trading are known, of all sources; dq doctor and dq alerts ask, to find a rule that matches none.
SELECT DISTINCT instrument FROM profile ORDER BY instrument
