package said

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestSecretDoesNotPrint(t *testing.T) {
	t.Parallel()
	secret := NewSecret("hush-hush")
	holder := struct{ Inner Secret }{secret}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "secret", secret, "holder", holder)
	encoded, err := json.Marshal(map[string]any{"secret": secret, "holder": holder, "pointer": &secret})
	if err != nil {
		t.Fatal(err)
	}
	printed := []string{string(encoded), log.String(), secret.String(), fmt.Sprint(holder), fmt.Sprintln(&secret)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T"} {
		printed = append(printed, fmt.Sprintf(verb, secret), fmt.Sprintf(verb, holder), fmt.Sprintf(verb, &secret))
	}
	for _, text := range printed {
		if strings.Contains(text, "hush") || strings.Contains(text, fmt.Sprintf("%x", "hush")) {
			t.Errorf("printed: %s", text)
		}
	}
	if secret.Reveal() != "hush-hush" || secret.IsEmpty() || !NewSecret("").IsEmpty() {
		t.Error("the value is not kept")
	}
}

func TestSecretPlaceholder(t *testing.T) {
	t.Parallel()
	secret := NewSecret("hush-hush")
	marshalled, err := secret.MarshalText()
	for _, text := range []string{secret.String(), secret.GoString(), string(marshalled), fmt.Sprintf("%d", secret)} {
		if text != Hidden || err != nil {
			t.Errorf("in its place stands %q, error %v", text, err)
		}
	}
}

func TestSecretEqual(t *testing.T) {
	t.Parallel()
	secret := NewSecret("hush-hush")
	if !secret.Equal(NewSecret("hush-hush")) || secret.Equal(NewSecret("hush")) {
		t.Error("it does not know its equal")
	}
}

// fmt prints unexported fields by reflection, and does not call their methods. A secret in
// such a field does not print either.
func TestSecretInUnexportedField(t *testing.T) {
	t.Parallel()
	holder := struct{ inner Secret }{NewSecret("hush-hush")}
	if text := fmt.Sprintf("%v %+v %#v", holder, holder, holder); strings.Contains(text, "hush") {
		t.Errorf("printed: %s", text)
	}
}
