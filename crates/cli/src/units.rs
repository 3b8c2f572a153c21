//! Parsing and formatting of durations, sizes and numbers.

use time::Duration;

/// Parses a duration such as `90s`, `15m`, `24h`, `400d` or `8w`.
///
/// # Errors
/// The message that clap prints.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "expected a duration such as 90s, 15m, 24h, 400d or 8w".to_owned();
    let unit = text.chars().last().ok_or_else(wrong)?;
    let number = &text[..text.len() - unit.len_utf8()];
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        'w' => 7 * 86_400,
        _ => return Err(wrong()),
    };
    let number: u32 = number.parse().map_err(|_| wrong())?;
    // Longer durations are typing errors, and would overflow dates.
    let seconds = i64::from(number) * seconds;
    if number == 0 || seconds > 100 * 366 * 86_400 {
        return Err("expected a duration between 1s and 100 years".to_owned());
    }
    Ok(Duration::seconds(seconds))
}

/// Parses a number of months such as `12m` or `2y`.
///
/// # Errors
/// The message that clap prints.
pub(crate) fn months(text: &str) -> Result<u32, String> {
    let months = match text.strip_suffix('y') {
        Some(years) => years
            .parse::<u32>()
            .ok()
            .and_then(|years| years.checked_mul(12)),
        None => text
            .strip_suffix('m')
            .and_then(|months| months.parse().ok()),
    };
    months
        .filter(|months| (1..=120).contains(months))
        .ok_or_else(|| "expected months or years between 1m and 10y, such as 12m".to_owned())
}

/// Parses a size such as `512MB`, `10GB` or `2TB`; the units are powers of 1024.
///
/// # Errors
/// The message that clap prints.
pub(crate) fn bytes_of(text: &str) -> Result<i64, String> {
    let wrong = || "expected a size such as 512MB, 10GB or 2TB".to_owned();
    let (number, shift) = [("MB", 20), ("GB", 30), ("TB", 40)]
        .into_iter()
        .find_map(|(unit, shift)| Some((text.strip_suffix(unit)?, shift)))
        .ok_or_else(wrong)?;
    let number: u16 = number.trim().parse().map_err(|_| wrong())?;
    if number == 0 {
        return Err(wrong());
    }
    Ok(i64::from(number) << shift)
}

/// Formats a duration with at most its two largest units: `3 d 4 h`, `12 min`, `1.5 s`, `40 ms`.
pub(crate) fn span(seconds: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a displayed duration is rounded and far below the limit"
    )]
    let whole = seconds.round() as i64;
    match whole {
        _ if seconds < 0.999_5 => format!("{:.0} ms", seconds * 1000.0),
        _ if seconds < 9.95 => format!("{seconds:.1} s"),
        ..60 => format!("{whole} s"),
        60..3600 => format!("{} min", whole / 60),
        3600..86_400 => format!("{} h {} min", whole / 3600, whole / 60 % 60),
        _ => format!("{} d {} h", whole / 86_400, whole / 3600 % 24),
    }
}

/// Formats a size with powers of 1024, as PostgreSQL does: `812 B`, `16.0 kB`, `3.2 MB`.
pub(crate) fn bytes(bytes: i64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "displayed with one decimal place"
    )]
    let mut size = bytes as f64 / 1024.0;
    let mut unit = 0;
    while size >= 1023.95 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    format!("{size:.1} {}", UNITS[unit])
}

/// Formats a count with its noun: `1 session`, `1,234 sessions`.
pub(crate) fn count(count: i64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", number(count))
}

/// Formats a number with thousands separators: `1,234,567`.
pub(crate) fn number(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    if number < 0 {
        text.push('-');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_a_number_and_a_unit() {
        assert_eq!(duration("400d"), Ok(Duration::days(400)));
        assert_eq!(duration("15m"), Ok(Duration::minutes(15)));
        for wrong in ["", "d", "4", "-4d", "4.5h", "0s", "99999999d", "4ü", "4 d"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn months_and_sizes_have_a_unit() {
        assert_eq!((months("12m"), months("2y")), (Ok(12), Ok(24)));
        assert_eq!(bytes_of("10GB"), Ok(10 << 30));
        for wrong in ["", "12", "0m", "11y", "m", "-1m", "99999999999y"] {
            assert!(months(wrong).is_err(), "{wrong}");
        }
        for wrong in ["", "10", "10GiB", "0MB", "-1GB", "GB", "99999TB"] {
            assert!(bytes_of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn durations_are_rounded_to_two_units() {
        let shown = [0.04, 0.9996, 1.5, 12.4, 725.0, 4000.0, 273_600.0].map(span);
        let expected = [
            "40 ms",
            "1.0 s",
            "1.5 s",
            "12 s",
            "12 min",
            "1 h 6 min",
            "3 d 4 h",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn sizes_count_as_postgres_does() {
        let shown = [0, 1023, 1024, 16_384, 1_048_575, 3_355_443].map(bytes);
        let expected = ["0 B", "1023 B", "1.0 kB", "16.0 kB", "1.0 MB", "3.2 MB"];
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_count_of_one_is_singular() {
        let shown = [0, 1, 1234].map(|n| count(n, "link"));
        assert_eq!(shown, ["0 links", "1 link", "1,234 links"]);
    }

    #[test]
    fn numbers_are_grouped() {
        let shown = [0, 999, 1000, -1_234_567].map(number);
        assert_eq!(shown, ["0", "999", "1,000", "-1,234,567"]);
    }
}
