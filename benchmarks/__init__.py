"""How fast Udha is: `make bench`. Ratios within one run; absolute numbers depend on the machine."""
