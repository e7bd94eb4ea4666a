-- Begin to write, alone. dq sends it before it records a run or keeps profiles.
BEGIN IMMEDIATE
