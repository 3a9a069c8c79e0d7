/** Questions about a sweep. Each is one query, which also works with `npx tidemark sql`. */
export const QUESTIONS = {
  'Which settings came closest, and how soon were they within 1% of the best?': `
    WITH best AS (SELECT min(value) AS loss FROM metrics WHERE key = 'loss')
    SELECT
      r.name,
      min(m.value) AS best_loss,
      min(m.step) FILTER (m.value <= best.loss * 1.01) AS steps_to_1_percent
    FROM runs r JOIN metrics m USING (run_id), best
    WHERE m.key = 'loss'
    GROUP BY r.name
    ORDER BY steps_to_1_percent NULLS LAST, best_loss, r.name`,

  'Which of them diverged, and at which step was the loss first above where it began?': `
    SELECT r.name, min(m.step) AS diverged_at
    FROM runs r
    JOIN metrics m ON m.run_id = r.run_id AND m.key = 'loss'
    JOIN metrics first ON first.run_id = r.run_id AND first.key = 'loss' AND first.step = 0
    JOIN latest_metrics last ON last.run_id = r.run_id AND last.key = 'loss'
    WHERE m.value > first.value AND last.value > first.value
    GROUP BY r.name`,

  'How do learning rate and momentum go together? The final loss, one column for each momentum.': `
    WITH final AS (
      SELECT lr.value::DOUBLE AS lr, 'momentum ' || momentum.value AS momentum, m.value AS loss
      FROM latest_metrics m
      JOIN params lr ON lr.run_id = m.run_id AND lr.key = 'lr'
      JOIN params momentum ON momentum.run_id = m.run_id AND momentum.key = 'momentum'
      WHERE m.key = 'loss'
    )
    PIVOT final ON momentum USING first(round(loss, 1)) GROUP BY lr ORDER BY lr`,
} as const;
