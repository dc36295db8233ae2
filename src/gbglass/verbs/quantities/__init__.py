"""What ``gbglass analyse`` can measure: families of quantities, and the table that names them."""
