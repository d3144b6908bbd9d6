package seal_test

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/store/seal"
)

var until = time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)

func box(t *testing.T, storeKey, digest byte, purpose string) seal.Box {
	t.Helper()
	b, err := seal.NewBox([seal.KeySize]byte{storeKey}, [seal.KeySize]byte{digest}, purpose)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestOpenReturnsWhatWasSealed(t *testing.T) {
	t.Parallel()
	b := box(t, 1, 2, "token")
	for _, size := range []int{0, 1, 1019, 1020, 1021, 5000} {
		content := bytes.Repeat([]byte("x"), size)
		opened, expires, err := box(t, 1, 2, "token").Open(b.Seal(content, until))
		if err != nil || !bytes.Equal(opened, content) || !expires.Equal(until) {
			t.Errorf("%d bytes: %d bytes until %v, %v", size, len(opened), expires, err)
		}
	}
}

// TestOnlyTheSameKeysOpen shows that store key, digest and purpose each make another box.
func TestOnlyTheSameKeysOpen(t *testing.T) {
	t.Parallel()
	sealed := box(t, 1, 2, "token").Seal([]byte("content"), until)
	others := map[string]seal.Box{
		"another store key": box(t, 9, 2, "token"), "another digest": box(t, 1, 9, "token"), "another purpose": box(t, 1, 2, "refresh token"),
		"both exchanged": box(t, 2, 1, "token"),
	}
	for name, other := range others {
		if other.Name() == box(t, 1, 2, "token").Name() {
			t.Errorf("%s: the name is the same", name)
		}
		if _, _, err := other.Open(sealed); !errors.Is(err, seal.ErrDamaged) {
			t.Errorf("%s opens the entry: %v", name, err)
		}
	}
}

// TestEveryChangedBitIsSeen changes each bit of an entry, and cuts it at each length.
func TestEveryChangedBitIsSeen(t *testing.T) {
	t.Parallel()
	b := box(t, 1, 2, "token")
	sealed := b.Seal([]byte("content"), until)
	for i := range sealed {
		changed := slices.Clone(sealed)
		changed[i] ^= 1 << (i % 8)
		if content, _, err := b.Open(changed); err == nil || content != nil {
			t.Fatalf("byte %d of %d: no error", i, len(sealed))
		}
		if _, _, err := b.Open(sealed[:i]); err == nil {
			t.Fatalf("%d of %d bytes: no error", i, len(sealed))
		}
	}
	if _, _, err := b.Open(append(slices.Clone(sealed), 0)); !errors.Is(err, seal.ErrDamaged) {
		t.Errorf("a byte more: %v", err)
	}
}

func TestErrorsTellForeignFromOtherVersions(t *testing.T) {
	t.Parallel()
	b := box(t, 1, 2, "token")
	later := b.Seal([]byte("content"), until)
	later[8]++
	for name, test := range map[string]struct {
		entry []byte
		want  error
	}{
		"empty":         {nil, seal.ErrForeign},
		"another file":  {[]byte(`{"token": "no entry of a store"}`), seal.ErrForeign},
		"other version": {later, seal.ErrVersion},
		"header alone":  {b.Seal(nil, until)[:17], seal.ErrDamaged},
	} {
		if _, _, err := b.Open(test.entry); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
}

// TestEntriesSayNothing shows that an entry has neither its content nor its length, and
// that the same content is never sealed to the same bytes.
func TestEntriesSayNothing(t *testing.T) {
	t.Parallel()
	b := box(t, 1, 2, "token")
	short, long := b.Seal([]byte("a"), until), b.Seal([]byte("a much longer content"), until)
	if len(short) != len(long) {
		t.Errorf("%d bytes for a short content, %d for a longer one", len(short), len(long))
	}
	if bytes.Contains(long, []byte("longer")) {
		t.Error("the entry has its content")
	}
	if bytes.Equal(short[17:], b.Seal([]byte("a"), until)[17:]) {
		t.Error("the same content is sealed to the same bytes")
	}
}

// TestTheFormatStays has an entry of version 1: a change of the format needs another version.
func TestTheFormatStays(t *testing.T) {
	t.Parallel()
	const name = "178e32da824a50bda9f40d0562478fdd8aceb514c7f2fb7c632079519a30b6c5"
	b := box(t, 1, 2, "token")
	if b.Name() != name {
		t.Errorf("the name is %s", b.Name())
	}
	entry, err := os.ReadFile("testdata/version1.entry")
	if err != nil {
		t.Fatal(err)
	}
	content, expires, err := b.Open(entry)
	if err != nil || string(content) != "content" || !expires.Equal(until) {
		t.Errorf("%q until %v, %v", content, expires, err)
	}
}

func FuzzOpen(f *testing.F) {
	b, err := seal.NewBox([seal.KeySize]byte{1}, [seal.KeySize]byte{2}, "token")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b.Seal([]byte("content"), until))
	f.Add([]byte("apitoken\x01"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, entry []byte) {
		content, _, err := b.Open(entry)
		if err == nil && string(content) != "content" {
			t.Error("an entry that nobody has sealed opens")
		}
		known := errors.Is(err, seal.ErrForeign) || errors.Is(err, seal.ErrVersion) || errors.Is(err, seal.ErrDamaged)
		if err != nil && !known {
			t.Errorf("another error: %v", err)
		}
	})
}
