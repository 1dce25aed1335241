CREATE VIEW totals AS
SELECT orders.id, customer, coalesce(sum(cents), 0) AS cents
  FROM orders LEFT JOIN order_lines ON order_id = orders.id
 GROUP BY orders.id;
