//! Properties of an executable: its size, its symbols, and the version of glibc that it needs.

use std::path::Path;

use hallpass_platform::Error;
use object::Endianness;
use object::elf::SHT_SYMTAB;
use object::read::elf::{ElfFile64, FileHeader as _, SectionHeader as _};

/// Properties of an executable.
#[derive(Debug)]
pub(super) struct Executable {
    /// Its size in bytes.
    pub(super) size: usize,
    /// Whether it contains no symbols other than those needed to run it.
    pub(super) stripped: bool,
    /// The highest version of glibc that it needs.
    pub(super) glibc: Option<(u32, u32)>,
}

pub(super) fn read(path: &Path) -> Result<Executable, Error> {
    let data = std::fs::read(path).map_err(Error::file(path))?;
    parse(&data).map_err(|error| Error::Message(format!("{}: {error}", path.display())))
}

fn parse(data: &[u8]) -> object::Result<Executable> {
    let file = ElfFile64::<Endianness, _>::parse(data)?;
    let (endian, sections) = (file.endian(), file.elf_section_table());
    let symbols = sections
        .iter()
        .any(|section| section.sh_type(endian) == SHT_SYMTAB);
    let mut versions = Vec::new();
    if let Some((mut needed, strings_at)) = sections.gnu_verneed(endian, data)? {
        let strings = sections.strings(endian, data, strings_at)?;
        while let Some((_, mut names)) = needed.next()? {
            while let Some(name) = names.next()? {
                let name = name.name(endian, strings)?;
                versions.extend(std::str::from_utf8(name).ok().and_then(glibc));
            }
        }
    }
    let _class_checked = file.elf_header().is_class_64();
    Ok(Executable {
        size: data.len(),
        stripped: !symbols,
        glibc: versions.into_iter().max(),
    })
}

/// Parses `GLIBC_2.34`. Of `GLIBC_2.2.5`, only the first two numbers are used.
fn glibc(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.strip_prefix("GLIBC_")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_test_program_has_symbols_and_needs_glibc() {
        let this = read(&std::env::current_exe().unwrap()).unwrap();
        assert!(!this.stripped);
        assert!(this.glibc.unwrap() >= (2, 17), "{this:?}");
        assert!(this.size > 100_000);
    }

    #[test]
    fn the_shell_is_stripped() {
        assert!(read(Path::new("/bin/sh")).unwrap().stripped);
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(glibc("GLIBC_2.4").unwrap() < glibc("GLIBC_2.34").unwrap());
        assert_eq!(glibc("GLIBC_2.2.5"), Some((2, 2)));
        assert_eq!(glibc("GCC_3.0"), None);
        assert_eq!(glibc("GLIBC_PRIVATE"), None);
    }
}
