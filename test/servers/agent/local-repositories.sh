# Repositories of local files on a fleet host: packages with one newer version in each kind of suite, one of them held.
set -e
make() { # NAME VERSION REPOSITORY
  DIRECTORY=$(mktemp -d)
  chmod 755 "$DIRECTORY"
  mkdir -p "$DIRECTORY/DEBIAN" "/srv/repo/$3"
  printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: x <x@x>\nDescription: x\n' "$1" "$2" >"$DIRECTORY/DEBIAN/control"
  dpkg-deb -b "$DIRECTORY" "/srv/repo/$3/$1_$2_all.deb" >/dev/null
  rm -r "$DIRECTORY"
}
index() { # REPOSITORY LABEL SUITE
  cd "/srv/repo/$1"
  : >Packages
  for DEB in *.deb; do
    dpkg-deb -f "$DEB" >>Packages
    printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$DEB" "$(stat -c %s "$DEB")" "$(sha256sum "$DEB" | cut -d' ' -f1)" >>Packages
  done
  {
    printf 'Origin: Debian\nLabel: %s\nSuite: %s\nCodename: %s\nVersion: 12\n' "$2" "$3" "$3"
    printf 'Date: Wed, 25 Nov 2026 00:00:00 UTC\nSHA256:\n %s %s Packages\n' "$(sha256sum Packages | cut -d' ' -f1)" "$(stat -c %s Packages)"
  } >Release
}
make a-fixed 1.0 base && make a-fixed 1.1 security
make a-superseded 1.0 base && make a-superseded 1.1 security && make a-superseded 1.2 updates
make a-plain 1.0 base && make a-plain 1.1 odd
make a-held 1.0 base && make a-held 1.1 security
index base Debian stable
index security Debian-Security stable-security
index updates Debian stable-updates
index odd 'My Repo (beta), mine' stable
rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*
for REPOSITORY in base security updates odd; do
  echo "deb [trusted=yes allow-insecure=yes] file:/srv/repo/$REPOSITORY ./" >"/etc/apt/sources.list.d/$REPOSITORY.list"
done
apt-get -q update
apt-get -q install -y a-fixed=1.0 a-superseded=1.0 a-plain=1.0 a-held=1.0
apt-mark hold a-held
