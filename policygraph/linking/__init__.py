"""Names as documents print them in, the things they mean out: areas, bodies, indicators, plans."""
