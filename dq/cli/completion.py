"""Print the script that completes dq's commands and options in a shell.

The script asks dq itself, so it stays right when dq is upgraded.

Examples:
  dq completion bash >> ~/.bashrc
  dq completion zsh >> ~/.zshrc
  dq completion fish > ~/.config/fish/completions/dq.fish
"""

import click


@click.command
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    from click.shell_completion import get_completion_class

    completion = get_completion_class(shell)
    if completion is None:
        raise click.UsageError(f"No completion is known for {shell}.")
    # click's bash script asks bash for its version and fails where there is none: the template alone is enough
    context = click.get_current_context()
    script = completion(context.find_root().command, {}, "dq", "_DQ_COMPLETE")
    click.echo(script.source_template % script.source_vars())
