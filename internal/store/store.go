// Package store keeps tokens beyond the process: sealed, in a directory, or in Valkey or
// Redis. It knows nothing of what it keeps.
package store

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"path/filepath"
	"sync"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/store/seal"
)

// Settings say where a store is.
type Settings struct {
	Directory string      // a directory; or
	URL       said.Secret // the URL of a server, as CheckURL accepts it
	// Key is the key of the store, as CheckKey accepts it. Empty: that of KeyFile, which is
	// made if it is not there. A server needs a key.
	Key     said.Secret
	KeyFile func() (string, error) // returns the path of the key file of the user; its error says that there is no place for one
	Roots   *x509.CertPool         // the authorities whose certificates a server may have; nil: those of the system
}

// Check reports what of the settings cannot be used, whatever the state of the store; nil:
// nothing.
func (s Settings) Check() *Error {
	var err error
	if s.Directory == "" {
		err = CheckURL(s.URL)
	} else if !filepath.IsAbs(s.Directory) {
		err = fileError(ProblemRelative, s.Directory, nil)
	}
	switch {
	case err == nil && !s.Key.IsEmpty():
		err = CheckKey(s.Key)
	case err == nil && s.Directory == "":
		err = &Error{Problem: ProblemNoKey}
	}
	failed, _ := err.(*Error) //nolint:errorlint // both functions wrap none
	return failed
}

// Store keeps contents until a time, each for a digest of what it is for. The errors of its
// calls are *Error, or that of ctx. It is safe for concurrent use.
type Store struct {
	settings Settings
	now      func() time.Time
	opened   chan struct{} // closed when opening has ended, with place and key or without
	begin    func()        // begins to open the store, once
	place    place         // nil: it cannot be used; set before opened is closed
	key      [seal.KeySize]byte

	mu       sync.Mutex // guards the fields below
	failed   *Error     // the first failure
	reported bool
	down     bool // the place does not answer, and is not asked again
}

// place is where entries are, under their names. Its errors are *Error, or that of ctx.
type place interface {
	// get returns an entry; nil: there is none.
	get(ctx context.Context, name string) ([]byte, error)
	// put keeps an entry for a time, in the place of any other. When it returns, the entry
	// outlives a crash of this machine as far as the place can do that.
	put(ctx context.Context, name string, entry []byte, lasting time.Duration) error
	// drop removes an entry. If there is none, it does nothing.
	drop(ctx context.Context, name string) error
	// lock waits until nobody else has the lock of a name, and takes it.
	lock(ctx context.Context, name string) (unlock func(), err error)
	close()
}

// New returns a store, which is opened when it is first used. now is the clock.
func New(settings Settings, now func() time.Time) *Store {
	s := &Store{settings: settings, now: now, opened: make(chan struct{})}
	s.begin = sync.OnceFunc(func() { go s.open() })
	return s
}

// open opens the place. It runs by itself, as a server that does not answer must not keep
// a caller who has given up.
func (s *Store) open() {
	defer close(s.opened)
	opened, err := s.openPlace()
	if err != nil {
		_ = s.note(err) // each call returns it
		return
	}
	if s.key, err = s.storeKey(); err != nil {
		opened.close()
		_ = s.note(err) // each call returns it
		return
	}
	s.place = opened
}

func (s *Store) openPlace() (place, error) {
	if s.settings.Directory != "" {
		return openDirectory(s.settings.Directory, s.now)
	}
	return openServer(s.settings.URL, s.settings.Roots)
}

// storeKey returns the key of the store.
func (s *Store) storeKey() (key [seal.KeySize]byte, err error) {
	if s.settings.Key.IsEmpty() {
		return keyFromFile(s.settings.KeyFile, s.settings.Directory)
	}
	return decodeKey(s.settings.Key)
}

// CheckKey reports why a text is not the key of a store, as an *Error, or nil: 32 bytes in
// base64 (RFC 4648, section 4 or 5, with padding or without).
func CheckKey(text said.Secret) error {
	_, err := decodeKey(text)
	return err
}

func decodeKey(text said.Secret) (key [seal.KeySize]byte, err error) {
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		if decoded, err := encoding.DecodeString(text.Reveal()); err == nil && len(decoded) == len(key) {
			return [seal.KeySize]byte(decoded), nil
		}
	}
	return key, &Error{Problem: ProblemKey}
}

// Get returns what is kept for a digest, and empty if there is nothing. purpose tells kinds
// of contents apart.
func (s *Store) Get(ctx context.Context, digest [32]byte, purpose string) (said.Secret, error) {
	box, err := s.box(ctx, digest, purpose)
	if err != nil {
		return said.Secret{}, err
	}
	entry, err := s.place.get(ctx, box.Name())
	if err != nil || entry == nil {
		return said.Secret{}, s.note(err)
	}
	content, until, err := box.Open(entry)
	switch {
	case errors.Is(err, seal.ErrVersion):
		return said.Secret{}, s.note(&Error{Problem: ProblemVersion})
	case err != nil:
		return said.Secret{}, s.note(&Error{Problem: ProblemEntry})
	case !s.now().Before(until):
		return said.Secret{}, nil
	}
	return said.NewSecret(string(content)), nil
}

// Put keeps a content for a digest until a time, in the place of any other. One that is too
// large to be a token is not kept.
func (s *Store) Put(ctx context.Context, digest [32]byte, purpose string, content said.Secret, until time.Time) error {
	box, err := s.box(ctx, digest, purpose)
	if err != nil {
		return err
	}
	entry := box.Seal([]byte(content.Reveal()), until)
	if len(entry) > largest {
		return &Error{Problem: ProblemLarge}
	}
	return s.note(s.place.put(ctx, box.Name(), entry, until.Sub(s.now())))
}

// Drop removes what is kept for a digest.
func (s *Store) Drop(ctx context.Context, digest [32]byte, purpose string) error {
	box, err := s.box(ctx, digest, purpose)
	if err != nil {
		return err
	}
	return s.note(s.place.drop(ctx, box.Name()))
}

// Lock waits until no other process has the lock of a digest, and takes it. unlock gives it
// back. If ctx ends first, or if the store cannot be used, there is no lock, and unlock does
// nothing.
func (s *Store) Lock(ctx context.Context, digest [32]byte, purpose string) (unlock func(), err error) {
	unlock = func() {}
	box, err := s.box(ctx, digest, purpose)
	if err != nil {
		return unlock, err
	}
	held, err := s.place.lock(ctx, box.Name())
	if err != nil {
		return unlock, s.note(err)
	}
	return held, nil
}

// box returns the box of an entry, or why the store cannot be used.
func (s *Store) box(ctx context.Context, digest [32]byte, purpose string) (seal.Box, error) {
	s.begin()
	select {
	case <-s.opened:
	case <-ctx.Done():
		return seal.Box{}, ctx.Err()
	}
	s.mu.Lock()
	isDown, failed := s.place == nil || s.down, s.failed
	s.mu.Unlock()
	if isDown {
		return seal.Box{}, failed
	}
	return seal.NewBox(s.key, digest, purpose)
}

// note keeps the first failure, and returns the error. One that is none of this package is
// that of a caller who has given up.
func (s *Store) note(err error) error {
	failed, ok := err.(*Error) //nolint:errorlint // a place wraps none
	if !ok {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = s.down || failed.isOutage()
	if s.failed == nil {
		s.failed = failed
	}
	return err
}

// Failure returns the first failure of the store, once; nil: there is none, or it was
// returned before.
func (s *Store) Failure() *Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed == nil || s.reported {
		return nil
	}
	s.reported = true
	return s.failed
}

// Close ends the connections of a store that was used.
func (s *Store) Close() {
	select {
	case <-s.opened:
		if s.place != nil {
			s.place.close()
		}
	default:
	}
}
