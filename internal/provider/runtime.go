package provider

import (
	"context"
	"crypto/rand"
	"os"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/apitoken/terraform-provider-apitoken/internal/program"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

func newRuntime(version string) token.Runtime {
	return token.Runtime{
		Now:       time.Now,
		Random:    rand.Reader,
		Log:       logger{},
		Getenv:    os.Getenv,
		UserAgent: "terraform-provider-apitoken/" + version,
		Program:   program.Run,
	}
}

// logger passes the engine's log on to the CLI, which chooses the level.
type logger struct{}

// DebugContext implements token.Logger.
func (logger) DebugContext(ctx context.Context, message string, fields ...any) {
	tflog.Debug(ctx, message, fieldMap(fields))
}

// InfoContext implements token.Logger.
func (logger) InfoContext(ctx context.Context, message string, fields ...any) {
	tflog.Info(ctx, message, fieldMap(fields))
}

// WarnContext is for what a user has to know, and no message can tell.
func (logger) WarnContext(ctx context.Context, message string, fields ...any) {
	tflog.Warn(ctx, message, fieldMap(fields))
}

// fieldMap turns alternating names and values into a map, as tflog expects.
func fieldMap(fields []any) map[string]any {
	found := make(map[string]any, len(fields)/2)
	for pair := range slices.Chunk(fields, 2) {
		name, _ := pair[0].(string)
		found[name] = pair[1]
	}
	return found
}
