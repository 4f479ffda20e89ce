//! What the schedule depends on besides the graph, and what follows from it for one PRD.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use num_rational::Ratio;
use serde::Serialize;

use super::milestone;
use crate::domain::model::calendar;
use crate::domain::model::checklist::Progress;
use crate::domain::model::effort::{DayRange, Effort, EffortUnits, ExactDays};
use crate::domain::model::id::PrdId;
use crate::domain::model::prd::Prd;

/// The most working days that one PRD counts for, some 40,000 years: beyond it a number is a slip.
const MOST_DAYS: i64 = 10_000_000;

/// Into how many parts a day is cut where both ends of a range count.
const PARTS: i64 = 240;

/// Whose text says how far a PRD is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ProgressSource {
    /// The file in the PRD's own worktree.
    Worktree,
    /// The tip of its branch.
    Branch,
    /// The file in home.
    #[default]
    Home,
}

/// What is known of one PRD besides its file in home.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PrdFacts {
    /// How far it is; `None` where that text says nothing. With the source `Home` it need not be filled in.
    pub progress: Option<Progress>,
    /// Whose text says so.
    pub source: ProgressSource,
    /// The day of the last commit, check-in or event; `None` where it is not known.
    pub last_activity: Option<NaiveDate>,
}

/// The calendar, the worth of efforts, and what is known of each PRD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Day 0.
    pub today: NaiveDate,
    /// What hours, points and sizes are worth.
    pub units: EffortUnits,
    /// Facts by PRD; for one that is missing, its file in home is all there is.
    pub prds: BTreeMap<PrdId, PrdFacts>,
    /// Due dates of milestones, by their names in lower case.
    pub milestones: BTreeMap<String, NaiveDate>,
}

/// How far a PRD is, and how much is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// The share that is done; none where nothing says so.
    pub progress: Progress,
    /// Whose text says so.
    pub source: ProgressSource,
    /// The whole estimate in working days, the mean of a range; `None` where there is no usable one.
    pub estimate: Option<ExactDays>,
    /// Whole working days left; `None` where there is no usable estimate.
    pub remaining: Option<i64>,
}

impl Facts {
    /// Facts of a day, with the usual units and nothing else.
    #[must_use]
    pub fn on(today: NaiveDate) -> Self {
        Self { today, units: EffortUnits::default(), prds: BTreeMap::new(), milestones: BTreeMap::new() }
    }

    /// How far a PRD is and what is left of it: the field `Remaining`, else ⌈estimate × (1 − progress)⌉.
    #[must_use]
    pub fn work(&self, prd: &Prd) -> Work {
        let (progress, source) = match self.prds.get(&prd.id) {
            Some(PrdFacts { source: ProgressSource::Home, progress: None, .. }) | None => {
                (prd.progress(), ProgressSource::Home)
            }
            Some(facts) => (facts.progress, facts.source),
        };
        let progress = progress.unwrap_or(Progress::NONE);
        let estimate = self.estimate(prd).map(DayRange::mean);
        let left = self.rest(prd, progress);
        let remaining = left.map(|(days, share)| whole(days.mean(), share));
        Work { progress, source, estimate, remaining }
    }

    fn days(&self, effort: Option<&Effort>) -> Option<DayRange> {
        effort.and_then(|effort| effort.days(&self.units))
    }

    /// The whole estimate.
    fn estimate(&self, prd: &Prd) -> Option<DayRange> {
        self.days(prd.estimate.as_ref()).or_else(|| self.days(prd.timeline.as_ref()))
    }

    /// The days that count, and the share of them that is left.
    fn rest(&self, prd: &Prd, progress: Progress) -> Option<(DayRange, Ratio<i64>)> {
        let share = Ratio::ONE - progress.share();
        let said = self.days(prd.remaining.as_ref()).map(|days| (days, Ratio::ONE));
        let nothing = || (share == Ratio::ZERO).then_some((DayRange::NONE, share));
        said.or_else(nothing).or_else(|| Some((self.estimate(prd)?, share)))
    }

    /// Both ends of what is left, each up to a part of a day; `None` where there is no usable estimate.
    #[must_use]
    pub fn left(&self, prd: &Prd) -> Option<DayRange> {
        let (days, share) = self.rest(prd, self.work(prd).progress)?;
        let parts = |days: ExactDays| Ratio::new(whole(days, share * PARTS), PARTS);
        Some(DayRange { low: parts(days.low), high: parts(days.high) })
    }

    /// The target: the PRD's own, else its milestone's, else `Started` + `Timeline`.
    #[must_use]
    pub fn target(&self, prd: &Prd) -> Option<NaiveDate> {
        let milestone = || {
            let named = milestone::read(prd.milestone.as_deref()?)?;
            self.milestones.get(&named.key()).copied()
        };
        let timeline = || {
            let days = prd.timeline.as_ref()?.days(&self.units)?.mean();
            calendar::date_of_day(prd.started?, whole(days, Ratio::ONE))
        };
        prd.target.or_else(milestone).or_else(timeline)
    }

    /// A day number of the schedule as a date: 0 is today, and below it come the working days before the
    /// last one, for that one ended where day 0 begins.
    #[must_use]
    pub fn date(&self, day: i64) -> Option<NaiveDate> {
        if day >= 0 {
            return calendar::date_of_day(self.today, day);
        }
        let weeks = u64::try_from(day.checked_neg()? / 5).ok()?;
        let mut date = self.today.checked_sub_days(chrono::Days::new(weeks.checked_mul(7)?))?;
        for _ in 0..=day.checked_neg()? % 5 {
            date = date.pred_opt()?;
            while !calendar::is_working_day(date) {
                date = date.pred_opt()?;
            }
        }
        Some(date)
    }

    /// The day number at the end of a date: how many working days it is from the beginning of today.
    #[must_use]
    pub fn day(&self, date: NaiveDate) -> i64 {
        match date.succ_opt() {
            Some(next) if date < self.today => -calendar::working_days(next, self.today),
            _ => calendar::day_of_date(self.today, date),
        }
    }
}

/// ⌈days × share⌉, exactly: wide enough for any two numbers that can be written.
fn whole(days: ExactDays, share: Ratio<i64>) -> i64 {
    let wide = |ratio: Ratio<i64>| Ratio::new(i128::from(*ratio.numer()), i128::from(*ratio.denom()));
    let exact = (wide(days) * wide(share)).ceil().to_integer();
    i64::try_from(exact).unwrap_or(MOST_DAYS).clamp(0, MOST_DAYS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::model::sample::prd;

    fn monday() -> Facts {
        Facts::on("2025-06-02".parse().unwrap())
    }

    fn left(estimate: &str, percent: i64) -> Option<i64> {
        monday().work(&prd("SVC-1").estimate(estimate).percent(percent).0).remaining
    }

    #[test]
    fn remaining_work_is_exact() {
        assert_eq!(left("20d", 85), Some(3)); // 20 × 0.15 is 3.0000000000000004 in floating point
        assert_eq!(left("14d", 30), Some(10));
        assert_eq!(left("18d", 10), Some(17));
        assert_eq!(left("6–8 weeks", 0), Some(35));
        assert_eq!(left("1h", 0), Some(1));
        assert_eq!(left("M", 0), None);
        assert_eq!(left("M", 100), Some(0));
        assert_eq!(left("100000w", 0), Some(500_000));
    }

    #[test]
    fn the_field_remaining_comes_first_and_progress_does_not_shrink_it() {
        let sample = prd("SVC-1").estimate("20d").percent(50);
        let sample = sample.with(|prd| prd.remaining = Effort::read("7d"));
        assert_eq!(monday().work(&sample.0).remaining, Some(7));
        let unreadable = sample.with(|prd| prd.remaining = Effort::read("5 points"));
        assert_eq!(monday().work(&unreadable.0).remaining, Some(10));
    }

    #[test]
    fn facts_without_progress_leave_that_of_home() {
        let mut facts = monday();
        let sample = prd("SVC-1").estimate("10d").percent(50);
        let mut known = PrdFacts { last_activity: Some(facts.today), ..PrdFacts::default() };
        facts.prds.insert(sample.0.id.clone(), known.clone());
        assert_eq!(facts.work(&sample.0).remaining, Some(5));
        known.source = ProgressSource::Branch;
        facts.prds.insert(sample.0.id.clone(), known);
        assert_eq!(facts.work(&sample.0).remaining, Some(10), "the branch's text has no boxes");
    }

    #[test]
    fn no_number_that_can_be_written_overflows() {
        let mut sample = prd("SVC-1").estimate("99999.999w 99999.999d 99999.999h 99999.999min");
        sample.0.progress_field = Progress::read("0.123457%");
        assert!(monday().work(&sample.0).remaining.is_some_and(|days| days > 100_000));
    }

    #[test]
    fn a_target_comes_from_the_milestone_or_the_timeline() {
        let mut facts = monday();
        facts.milestones.insert("beta".to_owned(), "2025-07-01".parse().unwrap());
        let sample = prd("SVC-1").with(|prd| prd.milestone = Some("Beta".to_owned()));
        assert_eq!(facts.target(&sample.0), "2025-07-01".parse().ok());
        let sample = prd("SVC-1").with(|prd| {
            prd.started = "2025-06-04".parse().ok();
            prd.timeline = Effort::read("1 week");
        });
        assert_eq!(facts.target(&sample.0), "2025-06-10".parse().ok());
        assert_eq!(facts.target(&prd("SVC-1").0), None);
    }

    #[test]
    fn days_before_today_are_dates_too() {
        let facts = monday();
        assert_eq!(facts.day("2025-05-30".parse().unwrap()), 0, "Friday ended where Monday begins");
        for (day, date) in [(-1, "2025-05-29"), (-4, "2025-05-26"), (-5, "2025-05-23"), (-6, "2025-05-22")] {
            assert_eq!(facts.date(day), date.parse().ok(), "{day}");
            assert_eq!(facts.day(date.parse().unwrap()), day, "{date}");
        }
        assert_eq!((facts.date(0), facts.date(i64::MIN)), (Some(facts.today), None));
    }
}
