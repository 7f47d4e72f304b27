"""An open home: its folder, settings, workspace, rulesets, people, and the guards that every writer passes."""
